/** Where boxes are and where new ones go. All figures are canvas pixels on the 16-pixel grid. */

import type { DocNode } from '@/api/types'

import { ERROR, type Point } from './document'
import { type NodeTypes, portsOf, rowsOf } from './node_type'
import { bodyOf, isWithin, nodesOf, type OpenDocument } from './open_document'

export const GRID = 16
export const NODE_WIDTH = 224
export const NODE_HEIGHT = 64
export const PORT_ROW = 24
/** Room between a node and the next one along an edge. */
export const GAP_X = 96
const GAP_Y = 32
export const CONTAINER_SIZE: Point = [448, 192]
export const NOTE_SIZE: Point = [240, 128]
/** Room a container keeps around its body; the top holds its title. */
export const CONTAINER_PADDING = { left: 48, top: 64, right: 48, bottom: 32 }

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

export function snap(value: number): number {
  return Math.round(value / GRID) * GRID
}

export function snapPoint([x, y]: readonly [number, number]): Point {
  return [snap(x), snap(y)]
}

export function at(node: DocNode | undefined): Point {
  return node?.at ?? [0, 0]
}

export function sizeOf(doc: OpenDocument, node: DocNode, types: NodeTypes): Point {
  const type = types[node.type]
  switch (type?.role) {
    case 'note':
      return node.size ?? NOTE_SIZE
    case 'container':
      return containerSize(doc, node, types)
    case 'step':
    case 'trigger':
    case 'cleanup':
    case undefined: {
      const used = doc.edges.filter((edge) => edge.from === node.id).map((edge) => edge.port ?? 'out')
      const rows = rowsOf(portsOf(node, type, used))
      return [NODE_WIDTH, NODE_HEIGHT + (rows.length > 1 ? rows.length * PORT_ROW + 8 : 0)]
    }
  }
}

/** A container is never smaller than its body, whatever its saved size says. */
function containerSize(doc: OpenDocument, node: DocNode, types: NodeTypes): Point {
  let [width, height] = node.size ?? CONTAINER_SIZE
  for (const inner of bodyOf(doc, node.id)) {
    if (inner.id === node.id) continue
    const [x, y] = at(inner)
    const [w, h] = sizeOf(doc, inner, types)
    width = Math.max(width, x + w + CONTAINER_PADDING.right)
    height = Math.max(height, y + h + CONTAINER_PADDING.bottom)
  }
  return [width, height]
}

/** The position on the whole canvas; `at` itself is relative to the container. */
export function absolute(doc: OpenDocument, id: string): Point {
  let [x, y] = at(doc.nodes[id])
  const seen = new Set([id])
  for (let outer = doc.nodes[id]?.inside; outer !== undefined && !seen.has(outer); outer = doc.nodes[outer]?.inside) {
    seen.add(outer)
    const [dx, dy] = at(doc.nodes[outer])
    x += dx
    y += dy
  }
  return [x, y]
}

export function boxOf(doc: OpenDocument, id: string, types: NodeTypes): Box {
  const node = doc.nodes[id]
  const [x, y] = absolute(doc, id)
  const [width, height] = node === undefined ? [NODE_WIDTH, NODE_HEIGHT] : sizeOf(doc, node, types)
  return { x, y, width, height }
}

export function holds(box: Box, [x, y]: readonly [number, number]): boolean {
  return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height
}

/** The innermost container under a point of the canvas, leaving out the given nodes and what they hold. */
export function containerAt(doc: OpenDocument, point: Point, types: NodeTypes, except: readonly string[] = []): string | undefined {
  const hits = nodesOf(doc).filter((node) => {
    if (types[node.type]?.role !== 'container' || except.some((id) => isWithin(doc, node.id, id))) return false
    return holds(boxOf(doc, node.id, types), point)
  })
  const depth = (id: string): number => {
    const outer = doc.nodes[id]?.inside
    return outer === undefined ? 0 : 1 + depth(outer)
  }
  return hits.sort((a, b) => depth(b.id) - depth(a.id))[0]?.id
}

/** A point of the canvas as seen from within a container. */
export function toInside(doc: OpenDocument, container: string | undefined, point: Point): Point {
  if (container === undefined) return point
  const [x, y] = absolute(doc, container)
  return [Math.max(CONTAINER_PADDING.left / 3, point[0] - x), Math.max(CONTAINER_PADDING.top - GRID, point[1] - y)]
}

/** The nearest free place at or below the wanted one, so that new nodes do not cover old ones. */
export function freePlace(doc: OpenDocument, inside: string | undefined, wanted: Point, types: NodeTypes): Point {
  const taken = bodyOf(doc, inside).map((node) => ({ at: at(node), size: sizeOf(doc, node, types), type: node.type }))
  const [x, top] = snapPoint(wanted)
  let y = top
  const covers = (): boolean =>
    taken.some(
      (other) =>
        types[other.type]?.role !== 'note' &&
        x < other.at[0] + other.size[0] + GRID &&
        x + NODE_WIDTH + GRID > other.at[0] &&
        y < other.at[1] + other.size[1] + GRID &&
        y + NODE_HEIGHT + GRID > other.at[1],
    )
  for (let tries = 0; tries < 200 && covers(); tries += 1) y += GRID
  return [x, y]
}

/** Where a node that follows `from` through `port` goes. */
export function placeAfter(doc: OpenDocument, from: string, port: string, types: NodeTypes): Point {
  const node = doc.nodes[from]
  if (node === undefined) return [0, 0]
  const [x, y] = at(node)
  const [width, height] = sizeOf(doc, node, types)
  if (port === ERROR) return freePlace(doc, node.inside, [x + width, y + height + GAP_X / 2], types)
  const ports = rowsOf(portsOf(node, types[node.type])).map((known) => known.id)
  const row = Math.max(0, ports.indexOf(port))
  const spread = ports.length > 1 ? row * (NODE_HEIGHT + GAP_Y) : 0
  return freePlace(doc, node.inside, [x + width + GAP_X, y + spread], types)
}
