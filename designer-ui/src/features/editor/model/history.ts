/** Undo and redo. Documents share their structure, so keeping each past one whole costs little. */

import type { OpenDocument } from './open_document'

/** Steps that can be undone. */
export const LIMIT = 500
/** Edits of the same field closer together than this are one step. */
export const COALESCE_WITHIN_MS = 1_500

interface Past {
  doc: OpenDocument
  label: string
  coalesce: string | undefined
  at_ms: number
}

export interface History {
  past: readonly Past[]
  future: readonly { doc: OpenDocument; label: string }[]
}

export interface EditNote {
  /** What the edit did, for the undo button: "Move", "Add If". */
  label: string
  /** Edits with the same key in quick succession are undone together. */
  coalesce?: string
  at_ms: number
}

export const emptyHistory: History = { past: [], future: [] }

/** Remembers the document as it was before an edit. */
export function record(history: History, before: OpenDocument, note: EditNote): History {
  const last = history.past.at(-1)
  const joins =
    last !== undefined &&
    history.future.length === 0 &&
    note.coalesce !== undefined &&
    last.coalesce === note.coalesce &&
    note.at_ms - last.at_ms <= COALESCE_WITHIN_MS
  const kept = joins ? history.past.slice(0, -1) : history.past
  const entry: Past = { doc: joins ? last.doc : before, label: note.label, coalesce: note.coalesce, at_ms: note.at_ms }
  return { past: [...kept, entry].slice(-LIMIT), future: [] }
}

export function undo(history: History, current: OpenDocument): { history: History; doc: OpenDocument } | null {
  const last = history.past.at(-1)
  if (last === undefined) return null
  return {
    doc: last.doc,
    history: { past: history.past.slice(0, -1), future: [...history.future, { doc: current, label: last.label }] },
  }
}

export function redo(history: History, current: OpenDocument): { history: History; doc: OpenDocument } | null {
  const next = history.future.at(-1)
  if (next === undefined) return null
  const entry: Past = { doc: current, label: next.label, coalesce: undefined, at_ms: 0 }
  return { doc: next.doc, history: { past: [...history.past, entry], future: history.future.slice(0, -1) } }
}
