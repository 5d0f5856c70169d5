/** Which runs of the list are chosen. */
export type Selection =
  | {
      kind: 'some'
      ids: ReadonlySet<string>
      /** Where a range starts: what was chosen last. */
      anchor: string | null
    }
  /** Every run that fits the filter, loaded or not. */
  | { kind: 'all' }

export const NOTHING: Selection = { kind: 'some', ids: new Set(), anchor: null }

export function isChosen(selection: Selection, id: string): boolean {
  return selection.kind === 'all' || selection.ids.has(id)
}

/** Chooses a run or lets go of it; with `isRange` all from the last chosen to it follow. `order` is that of the list. */
export function toggled(selection: Selection, id: string, order: readonly string[], isRange: boolean): Selection {
  const ids = new Set(selection.kind === 'all' ? order : selection.ids)
  const becomes = !ids.has(id)
  const anchor = selection.kind === 'some' ? selection.anchor : null
  const from = isRange && anchor !== null ? order.indexOf(anchor) : -1
  const to = order.indexOf(id)
  const range = from < 0 ? [id] : order.slice(Math.min(from, to), Math.max(from, to) + 1)
  for (const each of range) {
    if (becomes || from >= 0) ids.add(each)
    else ids.delete(each)
  }
  return { kind: 'some', ids, anchor: id }
}

export function allOf(order: readonly string[]): Selection {
  return { kind: 'some', ids: new Set(order), anchor: null }
}

/** What is left of a selection when the list has changed. */
export function stillListed(selection: Selection, order: readonly string[]): Selection {
  if (selection.kind === 'all') return selection
  const listed = new Set(order)
  const ids = new Set([...selection.ids].filter((id) => listed.has(id)))
  return ids.size === selection.ids.size ? selection : { ...selection, ids }
}

/** For the box in the head of the table. */
export function chosenOf(selection: Selection, order: readonly string[]): boolean | 'some' {
  if (selection.kind === 'all') return true
  if (selection.ids.size === 0) return false
  return order.every((id) => selection.ids.has(id)) ? true : 'some'
}
