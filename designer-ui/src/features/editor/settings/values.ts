/** Changes of parameters. Nothing is changed in place. */

export type Values = Record<string, unknown>

export function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Sets a field; `undefined` takes it away, so that the default of the schema holds again. */
export function withField(values: Values, key: string, value: unknown): Values {
  if (value !== undefined) return { ...values, [key]: value }
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== key))
}

export function withElement<T>(list: readonly T[], index: number, value: T): T[] {
  return list.map((element, at) => (at === index ? value : element))
}

export function without<T>(list: readonly T[], index: number): T[] {
  return list.filter((_, at) => at !== index)
}

/** Moves an element to another place; past an end it stays. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  if (to < 0 || to >= list.length) return [...list]
  const rest = without(list, from)
  return [...rest.slice(0, to), ...list.slice(from, from + 1), ...rest.slice(to)]
}

/** One line of a key-value editor. Lines may share a key or have none while someone types. */
export interface Entry {
  key: string
  value: unknown
}

export function entriesOf(values: unknown): Entry[] {
  return isValues(values) ? Object.entries(values).map(([key, value]) => ({ key, value })) : []
}

/** The object the lines make: lines without a key are not part of it, of equal keys the first counts. */
export function valuesOf(entries: readonly Entry[]): Values {
  const values: Values = {}
  for (const { key, value } of entries) {
    if (key !== '' && !Object.hasOwn(values, key)) values[key] = value
  }
  return values
}

/** Keys that more than one line has. */
export function repeatedKeys(entries: readonly Entry[]): Set<string> {
  const seen = new Set<string>()
  const repeated = new Set<string>()
  for (const { key } of entries) {
    if (key !== '' && seen.has(key)) repeated.add(key)
    seen.add(key)
  }
  return repeated
}

export function sameJson(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
