/** Checks the document while it is edited, with the server's own rules in the page. */

import type { Document, NodeType, Problem } from '@/api/types'

import { toDocument } from '../model/open_document'
import type { EditorStore } from './editor_store'

export const CHECK_AFTER_MS = 120

export type Check = (document: Document, types: NodeType[]) => Promise<Problem[]>

export interface LiveCheck {
  /** Checks again now, as when what only the server knew may have changed. */
  again: () => void
  stop: () => void
}

/** Where the check cannot run, the problems the server answers to a save remain. */
export function startLiveCheck(store: EditorStore, check: Check): LiveCheck {
  let timer: ReturnType<typeof setTimeout> | undefined

  const run = async (): Promise<void> => {
    const { doc, typeList } = store.getState()
    try {
      const problems = await check(toDocument(doc), [...typeList])
      if (store.getState().doc === doc) store.setState({ problems })
    } catch {
      // A newer check took its place, or there is no core: the next save tells.
    }
  }

  const unsubscribe = store.subscribe((state, before) => {
    if (state.doc === before.doc) return
    clearTimeout(timer)
    timer = setTimeout(() => void run(), CHECK_AFTER_MS)
  })
  void run()
  return {
    again: () => void run(),
    stop: () => {
      clearTimeout(timer)
      unsubscribe()
    },
  }
}
