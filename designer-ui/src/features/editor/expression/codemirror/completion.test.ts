import { expect, it } from 'vitest'

import { typedBrace } from './completion'

/** Types a text key by key into an empty field, as `|` marks the caret. */
function typed(keys: string, start = '|'): string {
  let template = start.replace('|', '')
  let caret = start.indexOf('|')
  for (const key of keys) {
    const edit = typedBrace(template, caret, key)
    const { from, to, insert } = edit?.changes ?? { from: caret, to: caret, insert: key }
    template = template.slice(0, from) + insert + template.slice(to)
    caret = edit?.caret ?? caret + 1
  }
  return `${template.slice(0, caret)}|${template.slice(caret)}`
}

it.each([
  ['{{', '{{ | }}'],
  ['{{ ', '{{ | }}'],
  ['{{ input.a', '{{ input.a| }}'],
  ['{{ input.a > 1 }}', '{{ input.a > 1 }}|'],
  ['{{input.a}}', '{{ input.a }}|'],
  ['{{ {a: 1} }}', '{{ {a: 1} }}|'],
  ['{{ {a: {b: 1}} }}', '{{ {a: {b: 1}} }}|'],
  ['a {{ b }} c {{ d }}', 'a {{ b }} c {{ d }}|'],
  ['{ not one }', '{ not one }|'],
])('typing %s', (keys, result) => {
  expect(typed(keys)).toBe(result)
})
