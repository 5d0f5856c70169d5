import { describe, expect, it } from 'vitest'

import type { JsonSchema } from '@/api/types'

import { choicesOf, emptyItem, fieldsOf, singular } from './fields'
import { isVisible } from './visibility'

const webhook: JsonSchema = {
  type: 'object',
  required: ['path'],
  properties: {
    respond: {
      type: 'string',
      title: 'Respond',
      default: 'at_once',
      oneOf: [
        { const: 'at_once', title: 'At once' },
        { const: 'at_end', title: 'When the run ends' },
      ],
      'x-ui': { order: 2 },
    },
    path: { type: 'string', title: 'Path', 'x-ui': { order: 1, expression: false } },
    note: { type: 'string', 'x-ui': { show_if: { field: 'respond', equals: 'at_once' }, advanced: true } },
  },
}

describe('fieldsOf', () => {
  it('orders by hint, then by declaration', () => {
    expect(fieldsOf(webhook).map(({ key, title, required, advanced }) => [key, title, required, advanced])).toEqual([
      ['path', 'Path', true, false],
      ['respond', 'Respond', false, false],
      ['note', 'Note', false, true],
    ])
  })

  it.each<[JsonSchema, string, boolean]>([
    [{ type: 'string' }, 'text', true],
    [{}, 'text', true],
    [{ type: ['integer', 'null'] }, 'number', true],
    [{ type: 'boolean' }, 'toggle', true],
    [{ enum: ['a'] }, 'select', true],
    [{ type: 'object', additionalProperties: { type: 'string' } }, 'key_value', true],
    [{ type: 'object', properties: {} }, 'json', true],
    [{ type: 'array', items: { type: 'object', properties: {} } }, 'list', true],
    [{ type: 'string', 'x-ui': { widget: 'code' } }, 'code', false],
    [{ type: 'string', 'x-ui': { widget: 'cron' } }, 'cron', false],
    [{ type: 'string', 'x-ui': { widget: 'text', expression: false } }, 'text', false],
  ])('gives %j the widget %s', (schema, widget, takesExpression) => {
    expect(fieldsOf({ properties: { x: schema } })).toMatchObject([{ widget, takesExpression }])
  })
})

it('lists choices with titles', () => {
  expect(choicesOf({ enum: ['GET', 'at_end', 3] }).map(({ title }) => title)).toEqual(['GET', 'At end', '3'])
  expect(choicesOf({ oneOf: [{ const: 'a', title: 'Alpha' }, { type: 'string' }] })).toEqual([{ value: 'a', title: 'Alpha', description: undefined }])
})

it.each([
  ['Cases', 'Case'],
  ['Entries', 'Entry'],
  ['Accept statuses', 'Accept status'],
  ['Address', 'Address'],
  ['Query', 'Query'],
])('calls one of %s a %s', (title, one) => {
  expect(singular(title)).toBe(one)
})

it('makes new elements from defaults', () => {
  expect(emptyItem({ type: 'object', properties: { a: { default: 1 }, b: { type: 'string' } } })).toEqual({ a: 1 })
  expect(emptyItem({ type: 'string' })).toBe('')
})

describe('show_if', () => {
  const fields = fieldsOf(webhook)
  const note = fields.find(({ key }) => key === 'note')!

  it.each([
    [{ respond: 'at_once' }, true],
    [{ respond: 'at_end' }, false],
    [{}, true],
    [{ respond: '{{ input.x }}' }, true],
  ])('with %j is %s', (values, visible) => {
    expect(isVisible(note, [{ values, fields }])).toBe(visible)
  })

  it('looks at the form around a list when the element has no such field', () => {
    expect(isVisible(note, [{ values: {}, fields: [] }, { values: { respond: 'at_end' }, fields }])).toBe(false)
  })
})
