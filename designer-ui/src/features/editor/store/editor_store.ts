/** The one store of an open editor: document, selection, history, save state, problems and the run laid over it. */

import { createStore } from 'zustand/vanilla'

import type { ApiProblem } from '@/api/problem'
import type { Document, Edge, NodeType, Problem, Run } from '@/api/types'

import type { Place } from '../model/add_step'
import { apply } from '../model/apply'
import { type Command, labelOf } from '../model/commands'
import { edgeKey } from '../model/document'
import { emptyHistory, type History, record, redo, undo } from '../model/history'
import { byId, type NodeTypes } from '../model/node_type'
import { fromDocument, type OpenDocument } from '../model/open_document'
import type { Overlay } from '../run/overlay'

export interface Selection {
  nodes: readonly string[]
  /** Keys of edges. */
  edges: readonly string[]
}

export type Saving =
  | { kind: 'saved' }
  | { kind: 'unsaved' }
  | { kind: 'saving' }
  | { kind: 'failed'; problem: ApiProblem }
  /** Somebody else saved this draft in the meantime. */
  | { kind: 'changed_elsewhere' }

/** What is open above the canvas. */
export type Floating =
  | { kind: 'palette'; place: Place | null }
  | { kind: 'connect'; from: string }
  | { kind: 'run'; to?: string }
  | { kind: 'publish' }
  | { kind: 'revisions' }
  | { kind: 'settings' }
  | { kind: 'delete' }
  | { kind: 'find' }

/** What the panel below the canvas shows. */
export type Bottom = 'closed' | 'runs' | 'problems'

/** A field a problem points at, to be shown and focused. */
export interface Target {
  node: string
  pointer: string
  /** Grows with each jump, so that the same field can be jumped to again. */
  jump: number
}

export interface EditorData {
  workflowId: string
  isReadOnly: boolean
  types: NodeTypes
  typeList: readonly NodeType[]
  doc: OpenDocument
  history: History
  selection: Selection
  etag: string
  publishedRevision: number | null
  saving: Saving
  problems: readonly Problem[]
  /** The latest runs of the workflow, newest first. */
  runs: readonly Run[]
  overlay: Overlay | null
  /** Path of the step the inspector shows, where a node ran more than once. */
  stepPath: string | null
  isInspectorOpen: boolean
  bottom: Bottom
  floating: Floating | null
  renaming: string | null
  target: Target | null
}

export interface ExecuteOptions {
  /** Edits with the same key in quick succession are undone together. */
  coalesce?: string
  /** The nodes selected afterwards. */
  select?: readonly string[]
}

export interface EditorActions {
  execute: (command: Command, options?: ExecuteOptions) => void
  undo: () => void
  redo: () => void
  select: (nodes: readonly string[], edges?: readonly string[]) => void
  set: (data: Partial<EditorData>) => void
  /** Puts another document in the place of this one, as after a reload; nothing of it can be undone. */
  replace: (document: Document, etag: string) => void
  jumpTo: (problem: Problem) => void
}

export type EditorState = EditorData & { actions: EditorActions }
export type EditorStore = ReturnType<typeof createEditorStore>

export interface Opening {
  workflowId: string
  document: Document
  etag: string
  types: readonly NodeType[]
  publishedRevision?: number | null
  isReadOnly?: boolean
  now?: () => number
}

const NOTHING: Selection = { nodes: [], edges: [] }

export function createEditorStore({ workflowId, document, etag, types, publishedRevision = null, isReadOnly = false, now = Date.now }: Opening) {
  return createStore<EditorState>()((set, get) => ({
    workflowId,
    isReadOnly,
    types: byId(types),
    typeList: types,
    doc: fromDocument(document),
    history: emptyHistory,
    selection: NOTHING,
    etag,
    publishedRevision,
    saving: { kind: 'saved' },
    problems: [],
    runs: [],
    overlay: null,
    stepPath: null,
    isInspectorOpen: false,
    bottom: 'closed',
    floating: null,
    renaming: null,
    target: null,
    actions: {
      execute: (command, options = {}) => {
        const { doc, history, selection } = get()
        if (get().isReadOnly) return
        const next = apply(doc, command)
        if (next === doc) return
        const note = { label: labelOf(command), at_ms: now() }
        set({
          doc: next,
          history: record(history, doc, options.coalesce === undefined ? note : { ...note, coalesce: options.coalesce }),
          selection: stillThere(next, options.select === undefined ? selection : { nodes: options.select, edges: [] }),
        })
      },
      undo: () => set((state) => stepped(state, undo(state.history, state.doc))),
      redo: () => set((state) => stepped(state, redo(state.history, state.doc))),
      select: (nodes, edges = []) => {
        if (!sameSelection(get().selection, { nodes, edges })) set({ selection: { nodes, edges } })
      },
      set: (data) => set(data),
      replace: (replacement, newEtag) => {
        const doc = fromDocument(replacement)
        set({ doc, etag: newEtag, history: emptyHistory, selection: stillThere(doc, get().selection), saving: { kind: 'saved' } })
      },
      jumpTo: (problem) => {
        const node = problem.node
        if (isAboutSettings(problem)) set({ floating: { kind: 'settings' } })
        if (node === null || !(node in get().doc.nodes)) return
        const jump = (get().target?.jump ?? 0) + 1
        set({ selection: { nodes: [node], edges: [] }, isInspectorOpen: true, floating: null, target: { node, pointer: problem.pointer, jump } })
      },
    },
  }))
}

function stepped(state: EditorState, step: { history: History; doc: OpenDocument } | null): Partial<EditorData> {
  if (step === null || state.isReadOnly) return {}
  return { ...step, selection: stillThere(step.doc, state.selection), renaming: null }
}

function stillThere(doc: OpenDocument, selection: Selection): Selection {
  const keys = new Set(doc.edges.map(edgeKey))
  const nodes = selection.nodes.filter((id) => id in doc.nodes)
  const edges = selection.edges.filter((key) => keys.has(key))
  const isSame = nodes.length === selection.nodes.length && edges.length === selection.edges.length
  return isSame ? selection : { nodes, edges }
}

function sameSelection(a: Selection, b: Selection): boolean {
  return sameList(a.nodes, b.nodes) && sameList(a.edges, b.edges)
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index])
}

/** Whether a problem is mended in the settings of the workflow. */
export function isAboutSettings(problem: Problem): boolean {
  return problem.node === null && problem.pointer.startsWith('/settings/')
}

export function selectedEdges(state: EditorState): Edge[] {
  const keys = new Set(state.selection.edges)
  return state.doc.edges.filter((edge) => keys.has(edgeKey(edge)))
}

/** The node the inspector and the keyboard act on: the only one selected. */
export function activeNode(state: EditorState): string | null {
  return state.selection.nodes.length === 1 ? (state.selection.nodes[0] ?? null) : null
}
