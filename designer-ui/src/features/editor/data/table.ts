import { isList, isObject } from './values'

/** More columns than this are not read side by side. */
const MOST_COLUMNS = 40

/** How many rows are looked at to find the columns. */
const SAMPLE = 100

export interface Table {
  columns: string[]
  rows: readonly Record<string, unknown>[]
}

/** A list of objects as a table; nothing for any other value. */
export function tableOf(value: unknown): Table | null {
  if (!isList(value) || value.length === 0) return null
  const columns = new Set<string>()
  for (const row of value.slice(0, SAMPLE)) {
    if (!isObject(row)) return null
    for (const key of Object.keys(row)) {
      if (columns.size < MOST_COLUMNS) columns.add(key)
    }
  }
  if (columns.size === 0) return null
  // Past the sample a row may be anything; cells of such a row are empty.
  return { columns: [...columns], rows: value.map((row) => (isObject(row) ? row : {})) }
}
