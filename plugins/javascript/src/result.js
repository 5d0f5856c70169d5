// What the code returned, as JSON. What JSON would silently lose or bend is an error that says where it is.

import { fail } from './failure.js'

const MAX_DEPTH = 128

export function toJson(value, stringify) {
  if (value === undefined) return 'null'
  return stringify(plain(value, [], new Set()))
}

function plain(value, path, above) {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed() ? value : value.toWellFormed()
    case 'boolean':
      return value
    case 'number':
      if (Number.isFinite(value)) return value
      throw refused(path, `is ${value}, which JSON has no number for`)
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
    case 'undefined':
      return null
    case 'object':
      return value === null ? null : plainObject(value, path, above)
    default:
      throw refused(path, `is a ${typeof value}; return data instead`)
  }
}

function plainObject(value, path, above) {
  if (above.has(value)) throw refused(path, 'contains itself')
  if (path.length > MAX_DEPTH) throw refused(path.slice(0, 5), `is nested deeper than ${MAX_DEPTH} levels`)
  if (typeof value.toJSON === 'function') {
    if (value instanceof Date && Number.isNaN(value.getTime())) throw refused(path, 'is an invalid date')
    return plain(value.toJSON(), path, above)
  }
  if (value instanceof Map) throw refused(path, 'is a Map; return Object.fromEntries(map) instead')
  if (value instanceof Set || ArrayBuffer.isView(value)) throw refused(path, `is a ${value.constructor.name}; return Array.from(…) instead`)
  if (value instanceof Promise) throw refused(path, 'is a Promise; code nodes run without waiting')
  if (value instanceof Error) return { name: String(value.name), message: String(value.message) }
  above.add(value)
  const copy = Array.isArray(value) ? elements(value, path, above) : properties(value, path, above)
  above.delete(value)
  return copy
}

function elements(list, path, above) {
  return Array.from(list, (element, at) => below(element, at, path, above))
}

function properties(object, path, above) {
  const copy = {}
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue
    const kept = below(value, key, path, above)
    // A key called __proto__ is data like any other.
    if (key === '__proto__') Object.defineProperty(copy, key, { value: kept, enumerable: true, configurable: true, writable: true })
    else copy[key] = kept
  }
  return copy
}

/** The path is one list that grows and shrinks, not a copy for each value. */
function below(value, key, path, above) {
  path.push(key)
  const kept = plain(value, path, above)
  path.pop()
  return kept
}

function refused(path, why) {
  const where = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('')
  return fail('permanent', 'result_not_json', `what the code returned cannot be kept: the result${where} ${why}`)
}
