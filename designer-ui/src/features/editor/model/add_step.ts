/** Adding a step from the palette: where it goes and what it is connected to. */

import type { DocNode, Edge, NodeType } from '@/api/types'

import { apply } from './apply'
import type { Command } from './commands'
import { makeEdge, OUT, type Point } from './document'
import { absolute, at, CONTAINER_SIZE, freePlace, GAP_X, NODE_HEIGHT, NOTE_SIZE, placeAfter, sizeOf, snapPoint, toInside } from './geometry'
import { idForType } from './ids'
import { acceptsInput, defaultParams, type NodeTypes, portsOf } from './node_type'
import type { OpenDocument } from './open_document'
import { spliceCommand } from './splice'

/** Where the palette was opened from. Points are on the whole canvas. */
export type Place =
  | { kind: 'point'; point: Point; inside: string | undefined }
  | { kind: 'after'; from: string; port: string; point?: Point }
  | { kind: 'between'; edge: Edge }

export function addStep(doc: OpenDocument, types: NodeTypes, type: NodeType, place: Place): { id: string; command: Command } {
  const id = idForType(type.id, (taken) => taken in doc.nodes)
  const node: DocNode = { id, type: type.id, params: defaultParams(type), ...sizeFor(type) }
  const label = `Add ${type.title}`
  switch (place.kind) {
    case 'point': {
      const point = toInside(doc, place.inside, place.point)
      const placed = { ...node, ...within(place.inside), at: freePlace(doc, place.inside, point, types) }
      return { id, command: { type: 'batch', label, commands: [{ type: 'add', nodes: [placed], edges: [] }] } }
    }
    case 'after': {
      const inside = doc.nodes[place.from]?.inside
      const point = place.point === undefined ? placeAfter(doc, place.from, place.port, types) : dropped(doc, inside, place.point)
      const placed = { ...node, ...within(inside), at: point }
      const edges = acceptsInput(type) ? [makeEdge(place.from, place.port, id)] : []
      return { id, command: { type: 'batch', label, commands: [{ type: 'add', nodes: [placed], edges }] } }
    }
    case 'between': {
      const { edge } = place
      const inside = doc.nodes[edge.to]?.inside
      const placed = { ...node, ...within(inside), at: between(doc, types, edge) }
      const add: Command = { type: 'add', nodes: [placed], edges: [] }
      const splice = spliceCommand(apply(doc, add), id, edge, types)
      return { id, command: { type: 'batch', label, commands: [add, splice] } }
    }
  }
}

/** Right after the source of the edge, on the height of its target. */
function between(doc: OpenDocument, types: NodeTypes, edge: Edge): Point {
  const source = doc.nodes[edge.from]
  const width = source === undefined ? 0 : sizeOf(doc, source, types)[0]
  return snapPoint([at(source)[0] + width + GAP_X, at(doc.nodes[edge.to])[1]])
}

/** A line dropped on the empty canvas ends at the input of the new node. */
function dropped(doc: OpenDocument, inside: string | undefined, point: Point): Point {
  return snapPoint(toInside(doc, inside, [point[0], point[1] - NODE_HEIGHT / 2]))
}

function within(inside: string | undefined): Pick<DocNode, 'inside'> {
  return inside === undefined ? {} : { inside }
}

function sizeFor(type: NodeType): Pick<DocNode, 'size'> {
  if (type.role === 'container') return { size: CONTAINER_SIZE }
  return type.role === 'note' ? { size: NOTE_SIZE } : {}
}

/** Where a step goes when nothing was pointed at: after the selected one if it leads nowhere yet, else near `point`. */
export function placeFor(doc: OpenDocument, types: NodeTypes, selected: string | undefined, point: Point): Place {
  const node = selected === undefined ? undefined : doc.nodes[selected]
  if (node !== undefined) {
    const used = new Set(doc.edges.filter((edge) => edge.from === node.id).map((edge) => edge.port ?? OUT))
    const free = portsOf(node, types[node.type]).find((port) => !used.has(port.id) && port.id !== 'error')
    if (free !== undefined) return { kind: 'after', from: node.id, port: free.id }
    const [x, y] = absolute(doc, node.id)
    return { kind: 'point', point: [x + 48, y + 160], inside: node.inside }
  }
  return { kind: 'point', point, inside: undefined }
}
