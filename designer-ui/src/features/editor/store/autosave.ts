/** Saves the draft a moment after each edit, one save at a time, and never over somebody else's. */

import { asProblem } from '@/api/problem'
import type { Document, SavedDraft } from '@/api/types'

import { type OpenDocument, toDocument } from '../model/open_document'
import type { EditorStore } from './editor_store'

export const SAVE_AFTER_MS = 800
const RETRY_AFTER_MS = 5_000

export type SaveDraft = (document: Document, etag: string) => Promise<SavedDraft>

export interface Autosave {
  /** Saves now what is unsaved; true when the server has everything afterwards. */
  flush: () => Promise<boolean>
  /** Says that the server holds this document, as after a reload or a rename. */
  reset: (saved: OpenDocument) => void
  stop: () => void
}

export function startAutosave(store: EditorStore, save: SaveDraft): Autosave {
  let saved = store.getState().doc
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<boolean> | null = null

  const plan = (afterMs: number): void => {
    clearTimeout(timer)
    timer = setTimeout(() => void flush(), afterMs)
  }

  const flush = async (): Promise<boolean> => {
    clearTimeout(timer)
    if (running !== null) await running
    const { doc, saving } = store.getState()
    if (doc === saved) return saving.kind === 'saved'
    if (saving.kind === 'changed_elsewhere') return false
    running = saveOnce(doc)
    const isSaved = await running
    running = null
    return isSaved && store.getState().doc !== saved ? flush() : isSaved
  }

  const saveOnce = async (doc: OpenDocument): Promise<boolean> => {
    store.setState({ saving: { kind: 'saving' } })
    try {
      const { etag, problems } = await save(toDocument(doc), store.getState().etag)
      saved = doc
      store.setState({ etag, problems, saving: store.getState().doc === doc ? { kind: 'saved' } : { kind: 'unsaved' } })
      return true
    } catch (error) {
      const problem = asProblem(error)
      if (problem.status === 412) {
        store.setState({ saving: { kind: 'changed_elsewhere' } })
        return false
      }
      store.setState({ saving: { kind: 'failed', problem } })
      // What the server refuses for good is tried again after the next edit.
      if (problem.status === 0 || problem.status >= 500) plan(RETRY_AFTER_MS)
      return false
    }
  }

  const unsubscribe = store.subscribe((state, before) => {
    if (state.doc === before.doc || state.doc === saved || state.isReadOnly || state.saving.kind === 'changed_elsewhere') return
    if (state.saving.kind === 'saved' || state.saving.kind === 'failed') store.setState({ saving: { kind: 'unsaved' } })
    plan(SAVE_AFTER_MS)
  })

  return {
    flush,
    reset: (doc) => {
      clearTimeout(timer)
      saved = doc
      store.setState({ saving: { kind: store.getState().doc === doc ? 'saved' : 'unsaved' } })
    },
    stop: () => {
      clearTimeout(timer)
      unsubscribe()
    },
  }
}
