import { describe, expect, it } from 'vitest'

import type { JsonSchema } from '@/api/types'

import { fieldOf } from './fields'
import { asFixed, modeOf, startsAsExpression, type Wish } from './mode'
import { waitsInWords } from './retry_words'

describe('modeOf', () => {
  it.each<[JsonSchema, unknown, Wish, string]>([
    [{ type: 'string' }, undefined, null, 'fixed'],
    [{ type: 'string' }, 'a {{ b }}', null, 'expression'],
    [{ type: 'string' }, 'a', 'expression', 'expression'],
    [{ type: 'string' }, 'a {{', 'typing', 'fixed'],
    [{ type: 'string', 'x-ui': { expression: false } }, '{{ b }}', 'expression', 'fixed'],
    [{ type: 'array', 'x-ui': { widget: 'text' } }, undefined, null, 'only_expression'],
    [{ type: 'array', 'x-ui': { widget: 'text' } }, [1], null, 'fixed'],
    [{ type: 'string', 'x-ui': { widget: 'code' } }, 'const a = `{{`', null, 'fixed'],
  ])('of %j with %j', (schema, value, wish, mode) => {
    expect(modeOf(fieldOf('x', schema, false), value, wish)).toBe(mode)
  })
})

it('opens conditions as expressions', () => {
  const condition = fieldOf('condition', { 'x-ui': { placeholder: '{{ input.total > 100 }}' } }, true)
  expect(startsAsExpression(condition, undefined)).toBe(true)
  expect(startsAsExpression(condition, 'yes')).toBe(false)
  expect(startsAsExpression(fieldOf('equals', {}, false), undefined)).toBe(false)
})

it.each<[JsonSchema, unknown, unknown]>([
  [{ type: 'string' }, 5, '5'],
  [{ type: 'string' }, { a: 1 }, undefined],
  [{ type: 'number' }, '5', undefined],
  [{ type: 'boolean' }, true, true],
  [{ enum: ['GET'] }, 'GET', 'GET'],
  [{ enum: ['GET'] }, 'get', undefined],
])('keeps for %j from %j what fits', (schema, value, kept) => {
  expect(asFixed(fieldOf('x', schema, false), value)).toEqual(kept)
})

it.each([
  [{ attempts: 1 }, 'One attempt: nothing is tried again.'],
  [{ attempts: 4, first_ms: 500 }, 'Waits about 500 ms, 1.0 s, 2.0 s between attempts.'],
  [{ attempts: 10, first_ms: 1_000, max_ms: 3_000 }, 'Waits about 1.0 s, 2.0 s, 3.0 s, 3.0 s, … between attempts.'],
  [{ attempts: 3, backoff: 'fixed' as const, first_ms: 2_000 }, 'Waits about 2.0 s, 2.0 s between attempts.'],
])('says the waits of %j', (retry, words) => {
  expect(waitsInWords(retry)).toBe(words)
})
