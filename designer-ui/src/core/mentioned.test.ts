import { expect, it } from 'vitest'

import { mentioned } from './mentioned'

const context = { input: 1, steps: { a: 'A', ab: 'AB' }, trigger: { x: 1 }, item: undefined }

it.each<[string, Record<string, unknown>]>([
  ['{{ 1 }}', { input: null, steps: null, trigger: null, item: undefined }],
  ['{{ input }}', { input: 1, steps: null, trigger: null, item: undefined }],
  ['{{ steps.a.x }}', { input: null, steps: { a: 'A', ab: null }, trigger: null, item: undefined }],
  ['{{ steps?.ab }}', { input: null, steps: { a: null, ab: 'AB' }, trigger: null, item: undefined }],
  ['{{ steps[trigger.x] }}', { input: null, steps: { a: 'A', ab: 'AB' }, trigger: { x: 1 }, item: undefined }],
  ['{{ steps["a"] }}', { input: null, steps: { a: 'A', ab: 'AB' }, trigger: null, item: undefined }],
  ['{{ Object.keys(steps) }}', { input: null, steps: { a: 'A', ab: 'AB' }, trigger: null, item: undefined }],
  ['{{ steps. }}', { input: null, steps: { a: 'A', ab: 'AB' }, trigger: null, item: undefined }],
])('takes for %s what it names', (template, expected) => {
  expect(mentioned(template, context)).toEqual(expected)
})

it('keeps the identity of what it takes', () => {
  const steps = { a: { rows: [1] } }
  const taken = mentioned('{{ steps.a.rows }}', { steps }) as { steps: typeof steps }
  expect(taken.steps.a).toBe(steps.a)
})
