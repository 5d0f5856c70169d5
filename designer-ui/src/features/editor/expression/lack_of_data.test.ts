import { expect, it } from 'vitest'

import type { ExpressionContext } from './context'
import { isLackOfData } from './lack_of_data'

const empty: ExpressionContext = { input: null, steps: {}, trigger: null, run: null, vars: {} }

it.each<[string, ExpressionContext, boolean]>([
  ['null_access', empty, true],
  ['null_access', { ...empty, input: {} }, false],
  ['unknown_step', { ...empty, input: {} }, true],
  ['syntax', empty, false],
])('%s with %j', (code, context, expected) => {
  expect(isLackOfData({ code, message: '', span: { start: 0, end: 0 } }, context)).toBe(expected)
})
