/** What a JSON value is, and how it reads in one line. */

export type ValueKind = 'text' | 'number' | 'boolean' | 'null' | 'list' | 'object' | 'missing'

export function kindOf(value: unknown): ValueKind {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'string') return 'text'
  if (typeof value === 'number') return 'number'
  return typeof value === 'boolean' ? 'boolean' : 'object'
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return kindOf(value) === 'object'
}

export function isList(value: unknown): value is unknown[] {
  return Array.isArray(value)
}

/** How many elements or fields a value has. */
export function sizeOf(value: unknown): number {
  if (isList(value)) return value.length
  return isObject(value) ? Object.keys(value).length : 0
}

export function countText(value: unknown): string {
  const size = sizeOf(value)
  const what = isList(value) ? 'item' : 'field'
  return `${size.toLocaleString('en')} ${what}${size === 1 ? '' : 's'}`
}

/** A value in one short line, without writing out the whole of a large one. */
export function summary(value: unknown, most = 160): string {
  switch (kindOf(value)) {
    case 'text':
      return JSON.stringify(shorten(String(value), most))
    case 'list':
      return sizeOf(value) === 0 ? '[ ]' : `[ ${countText(value)} ]`
    case 'object':
      return sizeOf(value) === 0 ? '{ }' : `{ ${shorten(Object.keys(value as object).slice(0, 12).join(', '), most)} }`
    case 'missing':
      return 'no value'
    case 'null':
    case 'number':
    case 'boolean':
      return String(value)
  }
}

export function shorten(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text
}

/** A value as people paste it elsewhere: text without quotes, everything else as JSON. */
export function copyText(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined ? '' : JSON.stringify(value, null, 2)
}
