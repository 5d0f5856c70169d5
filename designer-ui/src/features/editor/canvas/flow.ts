/** The document as React Flow wants it. Objects are kept where nothing changed, so that only what changed is drawn again. */

import type { Edge, Node } from '@xyflow/react'

import { edgeKey, portOf } from '../model/document'
import { at, sizeOf } from '../model/geometry'
import { fullName } from '../model/names'
import { nodesOf } from '../model/open_document'
import { nodeRun } from '../run/overlay'
import type { EditorState } from '../store/editor_store'

export type FlowNodeKind = 'step' | 'container' | 'note'
export type FlowNode = Node<Record<string, never>, FlowNodeKind>
export type FlowEdge = Edge<Record<string, never>, 'line'>

const NO_DATA: Record<string, never> = {}

export function flowNodes(state: EditorState, before: readonly FlowNode[]): FlowNode[] {
  const known = new Map(before.map((node) => [node.id, node]))
  const selected = new Set(state.selection.nodes)
  // React Flow wants containers before what is inside them.
  const ordered = nodesOf(state.doc).sort((a, b) => depthOf(state, a.id) - depthOf(state, b.id))
  return ordered.map((node) => {
    const type = state.types[node.type]
    const kind: FlowNodeKind = type?.role === 'container' ? 'container' : type?.role === 'note' ? 'note' : 'step'
    const [x, y] = at(node)
    const last = known.get(node.id)
    const position = last?.dragging === true ? last.position : { x, y }
    const next: FlowNode = {
      id: node.id,
      type: kind,
      position,
      data: NO_DATA,
      selected: selected.has(node.id),
      ariaLabel: labelOf(state, node.id),
      draggable: !state.isReadOnly,
      ...(node.inside !== undefined && node.inside in state.doc.nodes && { parentId: node.inside }),
      ...(kind !== 'step' && sized(sizeOf(state.doc, node, state.types))),
      ...(kind === 'note' && { zIndex: -1 }),
    }
    return last === undefined ? next : kept(last, next)
  })
}

function sized([width, height]: [number, number]): Pick<FlowNode, 'width' | 'height'> {
  return { width, height }
}

function kept(last: FlowNode, next: FlowNode): FlowNode {
  const isSame =
    last.type === next.type &&
    last.position.x === next.position.x &&
    last.position.y === next.position.y &&
    last.selected === next.selected &&
    last.ariaLabel === next.ariaLabel &&
    last.draggable === next.draggable &&
    last.parentId === next.parentId &&
    last.width === next.width &&
    last.height === next.height
  // What React Flow measured stays with the node.
  return isSame ? last : { ...next, ...(last.measured && { measured: last.measured }), ...(last.dragging && { dragging: true }) }
}

/** "If big, failed, 2 problems": what a node is and how it fares, for people who cannot see it. */
function labelOf(state: EditorState, id: string): string {
  const node = state.doc.nodes[id]
  if (node === undefined) return id
  const run = nodeRun(state.overlay?.byNode[id])
  const problems = state.problems.filter((problem) => problem.node === id).length
  return [
    fullName(node, state.types[node.type]),
    run?.status,
    node.disabled === true && 'disabled',
    node.pinned !== undefined && 'pinned',
    problems > 0 && `${problems} ${problems === 1 ? 'problem' : 'problems'}`,
  ]
    .filter(Boolean)
    .join(', ')
}

function depthOf(state: EditorState, id: string): number {
  let depth = 0
  const seen = new Set<string>()
  for (let outer = state.doc.nodes[id]?.inside; outer !== undefined && !seen.has(outer); outer = state.doc.nodes[outer]?.inside) {
    seen.add(outer)
    depth += 1
  }
  return depth
}

export function flowEdges(state: EditorState, before: readonly FlowEdge[]): FlowEdge[] {
  const known = new Map(before.map((edge) => [edge.id, edge]))
  const selected = new Set(state.selection.edges)
  const seen = new Set<string>()
  return state.doc.edges.flatMap((edge) => {
    const id = edgeKey(edge)
    const [from, to] = [state.doc.nodes[edge.from], state.doc.nodes[edge.to]]
    if (from === undefined || to === undefined || seen.has(id)) return []
    seen.add(id)
    const next: FlowEdge = {
      id,
      type: 'line',
      source: edge.from,
      sourceHandle: portOf(edge),
      target: edge.to,
      data: NO_DATA,
      selected: selected.has(id),
      // Lines are drawn and taken away by keyboard in the dialog “Connect to…”, not by walking over each.
      focusable: false,
      ariaRole: 'img',
      ariaLabel: `Line from ${from.name ?? from.id}, port ${portOf(edge)}, to ${to.name ?? to.id}`,
    }
    const last = known.get(id)
    if (last === undefined) return [next]
    const isSame = last.selected === next.selected && last.ariaLabel === next.ariaLabel
    return [isSame ? last : next]
  })
}
