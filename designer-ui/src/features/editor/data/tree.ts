import { appendSegment } from '../expression/path'
import { isList, isObject, sizeOf } from './values'

/** Longer lists and objects are shown in folded ranges of this many, so that opening one costs no more than this. */
export const RANGE = 1_000

/** One visible line of the tree. */
export interface TreeRow {
  /** Unique in the tree, and stable while the data keeps its shape. */
  id: string
  depth: number
  label: string
  /** How an expression names the value; a range has no name. */
  path: string | null
  value: unknown
  /** How many lines it unfolds to; 0 for a plain value. */
  size: number
  isOpen: boolean
  /** Whether the line is an element of a list, whose label is its index. */
  isElement: boolean
}

/** The lines to show for `value`: its children, and theirs where `open` has their id. Folded parts are not looked at. */
export function visibleRows(value: unknown, path: string, open: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = []
  addChildren(rows, value, path, path, 0, open)
  return rows
}

function addChildren(rows: TreeRow[], value: unknown, path: string, id: string, depth: number, open: ReadonlySet<string>): void {
  const keys = isObject(value) ? Object.keys(value) : null
  const size = keys ? keys.length : isList(value) ? value.length : 0
  if (size <= RANGE) {
    addSlice(rows, value, keys, path, depth, open, 0, size)
    return
  }
  for (let start = 0; start < size; start += RANGE) {
    const end = Math.min(size, start + RANGE)
    const rangeId = `${id}#${start}`
    const isOpen = open.has(rangeId)
    rows.push({ id: rangeId, depth, label: `${start} … ${end - 1}`, path: null, value: undefined, size: end - start, isOpen, isElement: false })
    if (isOpen) addSlice(rows, value, keys, path, depth + 1, open, start, end)
  }
}

function addSlice(
  rows: TreeRow[],
  value: unknown,
  keys: string[] | null,
  path: string,
  depth: number,
  open: ReadonlySet<string>,
  start: number,
  end: number,
): void {
  for (let at = start; at < end; at++) {
    const key = keys?.[at]
    const child = key === undefined ? (value as unknown[])[at] : (value as Record<string, unknown>)[key]
    const childPath = appendSegment(path, key ?? at)
    const size = sizeOf(child)
    const isOpen = size > 0 && open.has(childPath)
    rows.push({ id: childPath, depth, label: key ?? String(at), path: childPath, value: child, size, isOpen, isElement: key === undefined })
    if (isOpen) addChildren(rows, child, childPath, childPath, depth + 1, open)
  }
}

/** What is open at first: the top of the data, as far as it fits on a screen. */
export function initiallyOpen(value: unknown, path: string): Set<string> {
  const open = new Set<string>()
  for (const row of visibleRows(value, path, open)) {
    if (open.size >= 4) break
    if (row.size > 0 && row.size <= 12) open.add(row.id)
  }
  return open
}
