import { createContext, use } from 'react'
import { useStore } from 'zustand'

import type { EditorActions, EditorState, EditorStore } from './editor_store'

export const EditorContext = createContext<EditorStore | null>(null)

/** The store itself, for handlers that read without showing. */
export function useEditorStore(): EditorStore {
  const store = use(EditorContext)
  if (store === null) throw new Error('This component belongs inside an editor.')
  return store
}

/** The least of the editor's state a component needs. */
export function useEditor<T>(selector: (state: EditorState) => T): T {
  return useStore(useEditorStore(), selector)
}

export function useActions(): EditorActions {
  return useEditorStore().getState().actions
}
