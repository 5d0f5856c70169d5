import { applyNodeChanges, type EdgeChange, type NodeChange, type OnEdgesChange, type OnNodesChange } from '@xyflow/react'
import { useCallback, useEffect, useState } from 'react'

import { useEditorStore } from '../store/context'
import type { EditorState } from '../store/editor_store'
import { type FlowEdge, flowEdges, type FlowNode, flowNodes } from './flow'

interface Flow {
  nodes: FlowNode[]
  edges: FlowEdge[]
  onNodesChange: OnNodesChange<FlowNode>
  onEdgesChange: OnEdgesChange<FlowEdge>
}

/**
 * Nodes and edges for React Flow, following the store. Positions while dragging and measured sizes live only here;
 * the document hears of a move when the drag ends.
 */
export function useFlow(): Flow {
  const store = useEditorStore()
  const [flow, setFlow] = useState(() => ({ nodes: flowNodes(store.getState(), []), edges: flowEdges(store.getState(), []) }))

  useEffect(
    () =>
      store.subscribe((state, before) => {
        if (shows(state, before)) setFlow(({ nodes, edges }) => ({ nodes: flowNodes(state, nodes), edges: flowEdges(state, edges) }))
      }),
    [store],
  )

  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      const selection = store.getState().selection
      const nodes = selected(selection.nodes, changes)
      if (nodes !== selection.nodes) store.getState().actions.select(nodes, selection.edges)
      const rest = changes.filter((change) => change.type === 'position' || change.type === 'dimensions')
      if (rest.length > 0) setFlow((last) => ({ ...last, nodes: applyNodeChanges(rest, last.nodes) }))
    },
    [store],
  )

  const onEdgesChange = useCallback(
    (changes: EdgeChange<FlowEdge>[]) => {
      const selection = store.getState().selection
      const edges = selected(selection.edges, changes)
      if (edges !== selection.edges) store.getState().actions.select(selection.nodes, edges)
    },
    [store],
  )

  return { ...flow, onNodesChange, onEdgesChange }
}

function shows(state: EditorState, before: EditorState): boolean {
  return (
    state.doc !== before.doc ||
    state.selection !== before.selection ||
    state.problems !== before.problems ||
    state.overlay?.byNode !== before.overlay?.byNode ||
    state.isReadOnly !== before.isReadOnly
  )
}

function selected(before: readonly string[], changes: readonly (NodeChange | EdgeChange)[]): readonly string[] {
  const chosen = changes.filter((change) => change.type === 'select')
  if (chosen.length === 0) return before
  const next = new Set(before)
  for (const change of chosen) {
    if (change.selected) next.add(change.id)
    else next.delete(change.id)
  }
  return [...next]
}
