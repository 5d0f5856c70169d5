/** What the expressions of one node see. Treated as immutable: a changed context is a new object. */
export interface ExpressionContext {
  input: unknown
  steps: Record<string, unknown>
  trigger: unknown
  item?: unknown
  index?: number
  run: unknown
  vars: unknown
  /** The list `item` is taken from, where it is known: the preview then lets people switch between its items. */
  items?: readonly unknown[]
}

/** A context with one item of a list in it, as expressions evaluated per item see it. */
export function withItem(context: ExpressionContext, items: readonly unknown[], index: number): ExpressionContext {
  return { ...context, items, item: items[index], index }
}

/** The part of a context that expressions can name. */
export function visibleContext(context: ExpressionContext): Omit<ExpressionContext, 'items'> {
  const visible = { ...context }
  delete visible.items
  return visible
}
