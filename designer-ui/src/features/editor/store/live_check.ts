/** Checks the document while it is edited, with the server's own rules in the page. */

import type { Document, NodeType, Problem } from '@/api/types'

import { toDocument } from '../model/open_document'
import type { EditorStore } from './editor_store'

export const CHECK_AFTER_MS = 120

export type Check = (document: Document, types: NodeType[]) => Promise<Problem[]>

/** Returns the function that stops it. Where the check cannot run, the problems the server answers to a save remain. */
export function startLiveCheck(store: EditorStore, check: Check): () => void {
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
  return () => {
    clearTimeout(timer)
    unsubscribe()
  }
}
