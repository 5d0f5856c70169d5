import { describe, expect, it } from 'vitest'

import { readForm } from '@/ui/schema_form/read'
import { formFields, type FormSchema, startOf } from '@/ui/schema_form/schema'

const schema: FormSchema = {
  required: ['amount', 'reason'],
  properties: {
    amount: { type: 'integer', title: 'Amount', minimum: 1, maximum: 500, default: 20 },
    reason: { type: 'string', minLength: 3 },
    notes: { type: 'string', maxLength: 2_000 },
    level: { oneOf: [{ const: 1, title: 'Low' }, { const: 2 }] },
    teams: { type: 'array', items: { enum: ['sales', 'support'] }, default: ['support'] },
    emails: { type: 'array', items: { type: 'string' }, maxItems: 2 },
    urgent: { type: 'boolean' },
    more: { type: 'object' },
    since: { type: ['string', 'null'], format: 'date' },
    code: { type: 'string', pattern: '^[A-Z]{2}$' },
  },
}
const fields = formFields(schema)
const start = startOf(fields)

const problemsOf = (changes: typeof start) => {
  const reading = readForm(fields, { ...start, reason: 'because', ...changes })
  return reading.ok ? {} : reading.problems
}

describe('a form made from a schema', () => {
  it('has an input for each kind of value', () => {
    expect(fields.map(({ kind }) => kind.kind)).toEqual(['number', 'text', 'long_text', 'choice', 'choices', 'lines', 'yes_no', 'json', 'text', 'text'])
    expect(fields.map(({ title }) => title).slice(0, 4)).toEqual(['Amount', 'Reason', 'Notes', 'Level'])
    expect(formFields({})).toEqual([])
  })

  it('opens with the defaults', () => {
    expect(start).toMatchObject({ amount: '20', reason: '', teams: [1], urgent: false, level: '' })
  })

  it('gives the values their types, and leaves out what is empty', () => {
    const raw = { ...start, reason: 'because', level: '0', teams: [1, 0], emails: 'a@b.c\n\n d@e.f ', urgent: true, more: '{"x": 1}' }
    expect(readForm(fields, raw)).toEqual({
      ok: true,
      data: { amount: 20, reason: 'because', level: 1, teams: ['sales', 'support'], emails: ['a@b.c', 'd@e.f'], urgent: true, more: { x: 1 } },
    })
  })

  it.each([
    ['amount', '', 'This is needed.'],
    ['amount', 'many', 'This is not a number.'],
    ['amount', '1.5', 'A whole number, please.'],
    ['amount', '501', 'Not more than 500.'],
    ['amount', '0', 'Not less than 1.'],
    ['reason', 'no', 'At least 3 characters, please.'],
    ['emails', 'a\nb\nc', 'At most 2, please.'],
    ['code', 'abc', 'This does not have the form that is asked for.'],
  ])('says what is wrong with %s = %j', (key, text, problem) => {
    expect(problemsOf({ [key]: text })).toEqual({ [key]: problem })
  })

  it('says where JSON breaks', () => {
    expect(Object.keys(problemsOf({ more: '{' }))).toEqual(['more'])
  })
})
