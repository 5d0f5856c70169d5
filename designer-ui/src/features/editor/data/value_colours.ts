import type { ValueKind } from './values'

/** The same colours wherever values are shown; the kind is always also told in words. */
export const KIND_COLOURS: Record<ValueKind, string> = {
  text: 'text-success-ink',
  number: 'text-warning-ink',
  boolean: 'text-category-logic',
  null: 'text-muted',
  list: 'text-category-data',
  object: 'text-category-connectors',
  missing: 'text-muted',
}
