import { useCallback } from 'react'

import { core } from '@/core'
import { toast } from '@/ui/toast'

import type { Command } from '../model/commands'
import { isWellFormed, slug, uniqueId } from '../model/ids'
import { type OpenDocument, toDocument } from '../model/open_document'
import { useEditorStore } from './context'
import type { EditorStore } from './editor_store'

/** Gives a node another name. Its id follows, and so do the expressions that mention it. */
export function useRename(): (id: string, name: string) => Promise<void> {
  const store = useEditorStore()
  return useCallback((id, name) => rename(store, id, name), [store])
}

async function rename(store: EditorStore, id: string, name: string): Promise<void> {
  const { doc, actions } = store.getState()
  const node = doc.nodes[id]
  if (node === undefined) return
  const to = slug(name) === id ? id : uniqueId(name, (taken) => taken !== id && taken in doc.nodes)
  const setName: Command = { type: 'setNodeField', id, field: 'name', value: isWellFormed(name) && name === to ? undefined : name }
  if (to === id) {
    actions.execute({ type: 'batch', label: 'Rename', commands: [setName] })
    return
  }
  const params = await rewritten(doc, id, to)
  // Edits made while the core was thinking win: then the model's own rewriting does.
  const change: Command = { type: 'rename', from: id, to, ...(store.getState().doc === doc && params !== undefined && { params }) }
  actions.execute({ type: 'batch', label: 'Rename', commands: [setName, change] }, { select: [to] })
  if (name !== to && slug(name) !== to) toast({ title: `“${slug(name)}” is taken`, detail: `Expressions call this step “${to}”.` })
}

/** The parameters as the core rewrites them, which knows the language; `undefined` where there is no core. */
async function rewritten(doc: OpenDocument, from: string, to: string) {
  try {
    const { nodes } = await core.rename(toDocument(doc), from, to)
    return Object.fromEntries(nodes.flatMap((node) => (node.params === undefined ? [] : [[node.id === to ? from : node.id, node.params]])))
  } catch {
    return undefined
  }
}
