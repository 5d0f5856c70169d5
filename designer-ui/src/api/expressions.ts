import { http } from '@/api/client'
import type { ExpressionContext, Json } from '@/api/types'

/** Evaluates on the server; the designer does so in the page and uses this only where the page has no core. */
export const evaluateExpression = (template: string, context: ExpressionContext, signal?: AbortSignal) =>
  http.post<{ value: Json }>('/expressions/evaluate', { body: { template, context }, signal })
