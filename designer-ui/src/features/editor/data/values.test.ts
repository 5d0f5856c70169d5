import { describe, expect, it } from 'vitest'

import { rawText, shownLine } from './raw'
import { tableOf } from './table'
import { copyText, kindOf, summary } from './values'

describe('summary', () => {
  it.each<[unknown, string]>([
    ['a "b"', '"a \\"b\\""'],
    ['long'.repeat(100), `"${'long'.repeat(100).slice(0, 160)}…"`],
    [[1, 2], '[ 2 items ]'],
    [[1], '[ 1 item ]'],
    [[], '[ ]'],
    [{ a: 1, b: 2 }, '{ a, b }'],
    [{}, '{ }'],
    [null, 'null'],
    [1.5, '1.5'],
    [undefined, 'no value'],
  ])('of %j', (value, expected) => {
    expect(summary(value)).toBe(expected)
  })
})

it('names kinds', () => {
  expect([null, [], {}, '', 1, true, undefined].map(kindOf)).toEqual(['null', 'list', 'object', 'text', 'number', 'boolean', 'missing'])
})

it('copies text without quotes and the rest as JSON', () => {
  expect(copyText('a')).toBe('a')
  expect(copyText({ a: 1 })).toBe('{\n  "a": 1\n}')
})

describe('tableOf', () => {
  it('takes the columns of all rows', () => {
    expect(tableOf([{ a: 1 }, { b: 2, a: 3 }])).toEqual({ columns: ['a', 'b'], rows: [{ a: 1 }, { b: 2, a: 3 }] })
  })
  it.each([[[]], [[1, 2]], [{ a: 1 }], ['x'], [[{ a: 1 }, 2]], [[{}]]])('is nothing for %j', (value) => {
    expect(tableOf(value)).toBeNull()
  })
})

it('cuts raw text into lines', () => {
  expect(rawText({ a: [1] }).lines).toEqual(['{', '  "a": [', '    1', '  ]', '}'])
  expect(rawText(undefined).lines).toEqual([])
  expect(shownLine('x'.repeat(2_010))).toMatch(/x… 10 more characters$/)
})
