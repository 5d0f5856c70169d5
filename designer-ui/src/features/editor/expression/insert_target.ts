/** The field that takes a path picked in the data pane: the one that had the focus last. */
type Insert = (path: string) => void

let target: { owner: object; insert: Insert } | null = null

/** Called when a field gets the focus. */
export function becomeInsertTarget(owner: object, insert: Insert): void {
  target = { owner, insert }
}

/** Called when a field goes away. */
export function leaveInsertTarget(owner: object): void {
  if (target?.owner === owner) target = null
}

/** Puts a path such as `steps.order_in.body.id` into the field that had the focus last; false when there is none. */
export function insertPathInField(path: string): boolean {
  if (!target) return false
  target.insert(path)
  return true
}

/** The kind of data a dragged path travels as. */
export const PATH_TRANSFER = 'text/weft-path'
