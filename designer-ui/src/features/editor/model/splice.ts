/** Putting a node on an edge, and making room for it. */

import type { Edge } from '@/api/types'

import type { Command } from './commands'
import { edgeKey, makeEdge, OUT, portOf } from './document'
import { at, GAP_X, GRID, NODE_WIDTH, sizeOf, snap } from './geometry'
import { acceptsInput, type NodeTypes, portsOf } from './node_type'
import { type OpenDocument, reachable } from './open_document'

export function splice(doc: OpenDocument, command: Extract<Command, { type: 'splice' }>): OpenDocument {
  const { id, edge, port, shift } = command
  if (!(id in doc.nodes) || !doc.edges.some((other) => edgeKey(other) === edgeKey(edge))) return doc
  const replaced = doc.edges.flatMap((other) =>
    edgeKey(other) === edgeKey(edge) ? [makeEdge(edge.from, portOf(edge), id), makeEdge(id, port, edge.to)] : [other],
  )
  const unique = [...new Map(replaced.map((other) => [edgeKey(other), other])).values()]
  return shiftRight({ ...doc, edges: unique }, edge, id, shift)
}

function shiftRight(doc: OpenDocument, edge: Edge, id: string, shift: number): OpenDocument {
  if (shift <= 0) return doc
  const moving = [edge.to, ...reachable(doc, [edge.to], 'downstream')].filter((other) => other !== id)
  const nodes = { ...doc.nodes }
  for (const other of moving) {
    const node = nodes[other]
    if (node !== undefined) nodes[other] = { ...node, at: [at(node)[0] + shift, at(node)[1]] }
  }
  return { ...doc, nodes }
}

/** Whether a node may go on an edge: it takes and gives, is unconnected to the edge's ends, and lives beside them. */
export function canSplice(doc: OpenDocument, id: string, edge: Edge, types: NodeTypes): boolean {
  const node = doc.nodes[id]
  if (node === undefined || id === edge.from || id === edge.to) return false
  const type = types[node.type]
  const isFree = !doc.edges.some((other) => other.from === id || other.to === id)
  return isFree && acceptsInput(type) && firstPort(doc, id, types) !== undefined && doc.nodes[edge.from]?.inside === doc.nodes[edge.to]?.inside
}

export function firstPort(doc: OpenDocument, id: string, types: NodeTypes): string | undefined {
  const node = doc.nodes[id]
  return node === undefined ? OUT : portsOf(node, types[node.type])[0]?.id
}

/** The command that puts a node on an edge, with as much room made as it needs. */
export function spliceCommand(doc: OpenDocument, id: string, edge: Edge, types: NodeTypes): Command {
  const node = doc.nodes[id]
  const target = doc.nodes[edge.to]
  const right = at(node)[0] + (node === undefined ? NODE_WIDTH : sizeOf(doc, node, types)[0]) + GAP_X - 2 * GRID
  const shift = Math.max(0, snap(right - at(target)[0]))
  return { type: 'splice', id, edge, port: firstPort(doc, id, types) ?? OUT, shift }
}
