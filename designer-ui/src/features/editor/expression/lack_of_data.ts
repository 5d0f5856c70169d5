import type { ExpressionProblem } from '@/core/protocol'

import type { ExpressionContext } from './context'

/** Problems that come of values, not of how the expression is written. */
const OF_VALUES = new Set(['null_access', 'wrong_type', 'wrong_arguments', 'invalid_value'])

/**
 * Whether an expression fails only because no run has brought data yet. A step without output is such a case too:
 * whether there is a step of that name the check of the document says.
 */
export function isLackOfData(problem: ExpressionProblem, context: ExpressionContext): boolean {
  return problem.code === 'unknown_step' || (OF_VALUES.has(problem.code) && hasNoData(context))
}

function hasNoData({ input, steps, trigger }: ExpressionContext): boolean {
  return (input ?? null) === null && (trigger ?? null) === null && Object.keys(steps).length === 0
}
