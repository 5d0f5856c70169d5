import { appendSegment } from '../expression/path'
import { isList, isObject } from './values'

export interface Match {
  path: string
  value: unknown
}

/** Enough to see that the words should be narrower. */
export const MOST_MATCHES = 500

/** How many values are looked at between two pauses. */
const STRIDE = 2_000

/**
 * Finds the fields whose name or value contains `words`, top down. Pauses every so often, so that the caller can let
 * the page breathe; 5 MB take a few dozen pauses.
 */
export function* search(value: unknown, path: string, words: string): Generator<undefined, Match[]> {
  const needle = words.toLowerCase()
  const found: Match[] = []
  let level: { path: string; value: unknown }[] = [{ path, value }]
  let seen = 0
  while (level.length > 0) {
    const below: typeof level = []
    for (const at of level) {
      for (const [key, child] of children(at.value)) {
        if (++seen % STRIDE === 0) yield
        const isName = typeof key === 'string' && key.toLowerCase().includes(needle)
        if (isName || (isPlain(child) && String(child).toLowerCase().includes(needle))) {
          found.push({ path: appendSegment(at.path, key), value: child })
          if (found.length >= MOST_MATCHES) return found
        }
        if (!isPlain(child)) below.push({ path: appendSegment(at.path, key), value: child })
      }
    }
    level = below
  }
  return found
}

function* children(value: unknown): Generator<[string | number, unknown]> {
  if (isList(value)) {
    for (let at = 0; at < value.length; at++) yield [at, value[at]]
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) yield [key, value[key]]
  }
}

function isPlain(value: unknown): value is string | number | boolean | null | undefined {
  return typeof value !== 'object' || value === null
}
