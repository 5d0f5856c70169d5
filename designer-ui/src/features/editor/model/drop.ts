/** What it means when dragged nodes are let go: a move, a way into or out of a loop, or onto a line. */

import type { Edge } from '@/api/types'

import { apply } from './apply'
import type { Command } from './commands'
import type { Point } from './document'
import { absolute, at, boxOf, containerAt, GAP_X, GRID, holds, sizeOf, snapPoint, toInside } from './geometry'
import type { NodeTypes } from './node_type'
import { isWithin, type OpenDocument } from './open_document'
import { canSplice, spliceCommand } from './splice'

/** `to` holds the new positions, each relative to the container the node was in. */
export function dropCommand(doc: OpenDocument, types: NodeTypes, to: Readonly<Record<string, Point>>, onto: Edge | null): Command {
  const moved = apply(doc, { type: 'move', to })
  const [only, ...others] = Object.keys(to)
  if (only !== undefined && others.length === 0 && onto !== null && canSplice(moved, only, onto, types)) {
    return onLine(doc, moved, types, only, onto)
  }
  // What moves along with its container does not change sides.
  const roots = Object.keys(to).filter((id) => !Object.keys(to).some((other) => other !== id && isWithin(doc, id, other)))
  // Loops grow with their bodies; what is being dragged must not hold the border it is dragged across.
  const rest = apply(doc, { type: 'remove', ids: roots })
  const changes = roots.flatMap((id): Command[] => {
    const middle = middleOf(moved, types, id)
    const before = doc.nodes[id]?.inside
    const stays = before !== undefined && before in rest.nodes && holds(boxOf(doc, before, types), middle)
    const inside = containerAt(rest, middle, types) ?? (stays ? before : undefined)
    if (inside === doc.nodes[id]?.inside) return []
    return [{ type: 'setInside', ids: [id], inside, at: { [id]: toInside(moved, inside, absolute(moved, id)) } }]
  })
  if (changes.length === 0) return { type: 'move', to }
  return { type: 'batch', label: 'Move', commands: [{ type: 'move', to }, ...joined(changes)] }
}

function onLine(doc: OpenDocument, moved: OpenDocument, types: NodeTypes, id: string, edge: Edge): Command {
  const inside = doc.nodes[edge.to]?.inside
  const [x, y] = inside === doc.nodes[id]?.inside ? at(moved.nodes[id]) : toInside(moved, inside, absolute(moved, id))
  const source = doc.nodes[edge.from]
  const right = source === undefined ? x : at(source)[0] + sizeOf(doc, source, types)[0] + GAP_X - 2 * GRID
  const place: Command = { type: 'setInside', ids: [id], inside, at: { [id]: snapPoint([Math.max(x, right), y]) } }
  return { type: 'batch', label: 'Insert on line', commands: [place, spliceCommand(apply(moved, place), id, edge, types)] }
}

/** Nodes that go to the same container go together, so that the lines among them stay. */
function joined(changes: Command[]): Command[] {
  const byContainer = new Map<string | undefined, Extract<Command, { type: 'setInside' }>>()
  for (const change of changes) {
    if (change.type !== 'setInside') continue
    const last = byContainer.get(change.inside)
    byContainer.set(change.inside, last === undefined ? change : { ...last, ids: [...last.ids, ...change.ids], at: { ...last.at, ...change.at } })
  }
  return [...byContainer.values()]
}

function middleOf(doc: OpenDocument, types: NodeTypes, id: string): Point {
  const [x, y] = absolute(doc, id)
  const node = doc.nodes[id]
  const [width, height] = node === undefined ? [0, 0] : sizeOf(doc, node, types)
  return [x + width / 2, y + height / 2]
}
