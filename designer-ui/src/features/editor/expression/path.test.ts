import { expect, it } from 'vitest'

import { pathText, type Segment } from './path'

it.each<[string, Segment[], string]>([
  ['input', [], 'input'],
  ['steps', ['order_in', 'body', 'first name'], 'steps.order_in.body["first name"]'],
  ['steps', ['a', 0, 'b-c', 'd'], 'steps.a[0]["b-c"].d'],
  ['input', ['say "hi"'], 'input["say \\"hi\\""]'],
  ['input', ['0'], 'input["0"]'],
  ['input', ['$ref', '_x'], 'input.$ref._x'],
])('writes %s %j', (root, segments, expected) => {
  expect(pathText(root, segments)).toBe(expected)
})
