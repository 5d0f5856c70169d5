import { useReactFlow } from '@xyflow/react'
import { useCallback, useEffect } from 'react'

import { isTyping } from '@/ui/shortcuts'

import { anywhereCommand, canvasCommand, editorCommand, type KeyCommand } from '../keys'
import { addStep } from '../model/add_step'
import { pasteCommand } from '../model/clipboard'
import type { Point } from '../model/document'
import { absolute, at, GRID } from '../model/geometry'
import { nodesOf, reachable, withBodies } from '../model/open_document'
import { type Direction, firstNode, walk } from '../model/walk'
import { useEditorStore } from '../store/context'
import { activeNode, type EditorState, selectedEdges } from '../store/editor_store'
import { moveMs } from './motion'
import { focusNode, useReveal } from './reveal'

const STEP: Readonly<Record<Direction, Point>> = { left: [-GRID, 0], right: [GRID, 0], up: [0, -GRID], down: [0, GRID] }

export interface KeyHandlers {
  /** Where the pointer is on the canvas, or its middle. */
  pointer: () => Point
  publish: () => void
  run: () => void
  runTo: (node: string) => void
}

/** Listens for the editor's keys while it is on the page. */
export function useKeyCommands({ pointer, publish, run, runTo }: KeyHandlers): void {
  const store = useEditorStore()
  const flow = useReactFlow()
  const reveal = useReveal()

  const perform = useCallback(
    (command: KeyCommand): boolean => {
      if (command.kind !== 'close') selectFocused(store.getState())
      const state = store.getState()
      const { actions, doc, selection } = state
      const active = activeNode(state)
      switch (command.kind) {
        case 'undo':
          actions.undo()
          return true
        case 'redo':
          actions.redo()
          return true
        case 'run':
          run()
          return true
        case 'publish':
          publish()
          return true
        case 'find':
          actions.set({ floating: { kind: 'find' } })
          return true
        case 'settings':
          if (!state.isReadOnly) actions.set({ floating: { kind: 'settings' } })
          return !state.isReadOnly
        case 'runToHere':
          if (active !== null) runTo(active)
          return active !== null
        case 'palette':
          if (!state.isReadOnly) actions.set({ floating: { kind: 'palette', place: null } })
          return !state.isReadOnly
        case 'open':
          if (active === null) return false
          actions.set({ isInspectorOpen: true })
          focusInspector()
          return true
        case 'close':
          if (state.isInspectorOpen) actions.set({ isInspectorOpen: false })
          else actions.select([])
          return true
        case 'duplicate':
          duplicate(state)
          return true
        case 'toggleDisabled': {
          const isEnabled = selection.nodes.some((id) => doc.nodes[id]?.disabled !== true)
          actions.execute({ type: 'setDisabled', ids: selection.nodes, disabled: isEnabled })
          return selection.nodes.length > 0
        }
        case 'rename':
          if (active !== null && !state.isReadOnly) actions.set({ renaming: active })
          return active !== null
        case 'connect':
          if (active !== null && !state.isReadOnly) actions.set({ floating: { kind: 'connect', from: active } })
          return active !== null
        case 'note':
          addNote(state, pointer())
          return true
        case 'delete':
        case 'deleteAndReconnect':
          remove(state, command.kind)
          return true
        case 'selectAll':
          actions.select(doc.order)
          return true
        case 'selectUpstream':
          actions.select([...reachable(doc, selection.nodes, 'upstream'), ...selection.nodes])
          return true
        case 'selectDownstream':
          actions.select([...selection.nodes, ...reachable(doc, selection.nodes, 'downstream')])
          return true
        case 'zoomIn':
          void flow.zoomIn({ duration: moveMs() })
          return true
        case 'zoomOut':
          void flow.zoomOut({ duration: moveMs() })
          return true
        case 'zoomReset':
          void flow.zoomTo(1, { duration: moveMs() })
          return true
        case 'fitAll':
          void flow.fitView({ duration: moveMs(), padding: 0.15, maxZoom: 1 })
          return true
        case 'fitSelection':
          void flow.fitView({ nodes: selection.nodes.map((id) => ({ id })), duration: moveMs(), padding: 0.3, maxZoom: 1.5 })
          return true
        case 'walk':
        case 'extend': {
          const from = selection.nodes.at(-1)
          const to = from === undefined ? firstNode(doc) : walk(doc, from, command.direction)
          if (to === null) return true
          actions.select(command.kind === 'extend' ? [...selection.nodes.filter((id) => id !== to), to] : [to])
          reveal(to)
          focusNode(to)
          return true
        }
        case 'nudge': {
          const [dx, dy] = STEP[command.direction]
          // What is inside a chosen loop moves with it.
          const roots = selection.nodes.filter((id) => !selection.nodes.some((other) => other !== id && withBodies(doc, [other]).includes(id)))
          const to = Object.fromEntries(roots.map((id): [string, Point] => [id, [at(doc.nodes[id])[0] + dx, at(doc.nodes[id])[1] + dy]]))
          actions.execute({ type: 'move', to }, { coalesce: `nudge ${selection.nodes.join(' ')}` })
          return true
        }
      }
    },
    [store, flow, reveal, pointer, publish, run, runTo],
  )

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isBlocked()) return
      const command =
        anywhereCommand(event) ?? (isTyping(event.target) ? null : (editorCommand(event) ?? (isOnCanvas(event.target) ? canvasCommand(event) : null)))
      if (command !== null && perform(command)) event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [perform])
}

/** With nothing selected, keys act on the node that has the focus. */
function selectFocused({ doc, selection, actions }: EditorState): void {
  const id = document.activeElement?.matches('.react-flow__node') === true ? document.activeElement.getAttribute('data-id') : null
  if (id !== null && id in doc.nodes && selection.nodes.length === 0 && selection.edges.length === 0) actions.select([id])
}

function isBlocked(): boolean {
  return document.querySelector('[role=dialog], [role=menu], [role=alertdialog]') !== null
}

/** Whether a key pressed there is meant for the canvas: it has the focus, or nothing has. */
export function isOnCanvas(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false
  if (target === document.body || target.id === 'main') return true
  const canvas = target.closest('[data-canvas]')
  return canvas !== null && target.closest('[data-canvas-tools]') === null
}

function focusInspector(): void {
  requestAnimationFrame(() => {
    const panel = document.querySelector('[data-inspector]')
    panel?.querySelector<HTMLElement>('[data-settings] :is(input, textarea, select, [contenteditable=true], button)')?.focus()
  })
}

function remove({ selection, actions, ...state }: EditorState, how: 'delete' | 'deleteAndReconnect'): void {
  const edges = selectedEdges({ selection, actions, ...state })
  const nodes = selection.nodes
  const next = nodes.length === 1 && nodes[0] !== undefined ? walk(state.doc, nodes[0], 'left') : null
  actions.execute(
    {
      type: 'batch',
      label: nodes.length === 0 ? 'Remove line' : nodes.length === 1 ? 'Delete step' : `Delete ${nodes.length} steps`,
      commands: [
        { type: 'disconnect', edges: nodes.length === 0 || how === 'delete' ? edges : [] },
        how === 'delete' ? { type: 'remove', ids: nodes } : { type: 'removeAndReconnect', ids: nodes },
      ],
    },
    { select: next === null ? [] : [next] },
  )
  if (next !== null) focusNode(next)
}

function duplicate({ doc, selection, actions }: EditorState): void {
  const chosen = new Set(withBodies(doc, selection.nodes))
  if (chosen.size === 0) return
  const nodes = nodesOf(doc).filter((node) => chosen.has(node.id))
  const edges = doc.edges.filter((edge) => chosen.has(edge.from) && chosen.has(edge.to))
  const command = pasteCommand(doc, { nodes, edges }, { kind: 'beside' })
  actions.execute(command, { select: command.nodes.filter((node) => node.inside === undefined || node.inside in doc.nodes).map((node) => node.id) })
}

function addNote({ doc, types, actions, selection }: EditorState, pointer: Point): void {
  const note = Object.values(types).find((type) => type.role === 'note')
  if (note === undefined) return
  const [first] = selection.nodes
  const point: Point = first === undefined ? pointer : [absolute(doc, first)[0], absolute(doc, first)[1] - 10 * GRID]
  const { id, command } = addStep(doc, types, note, { kind: 'point', point, inside: undefined })
  actions.execute(command, { select: [id] })
  actions.set({ renaming: id })
}
