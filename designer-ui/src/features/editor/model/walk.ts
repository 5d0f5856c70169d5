/** Moving along the graph with the arrow keys. */

import { absolute } from './geometry'
import { incoming, nodesOf, type OpenDocument, outgoing } from './open_document'

export type Direction = 'left' | 'right' | 'up' | 'down'

/** The node the arrow leads to: back and forth along the lines, up and down to the nearest beside it. */
export function walk(doc: OpenDocument, from: string, direction: Direction): string | null {
  switch (direction) {
    case 'right':
      return highest(doc, outgoing(doc, from).map((edge) => edge.to)) ?? nearest(doc, from, direction)
    case 'left':
      return highest(doc, incoming(doc, from).map((edge) => edge.from)) ?? nearest(doc, from, direction)
    case 'up':
    case 'down':
      return nearest(doc, from, direction)
  }
}

/** Where walking starts when nothing is selected. */
export function firstNode(doc: OpenDocument): string | null {
  const roots = nodesOf(doc).filter((node) => node.inside === undefined && incoming(doc, node.id).length === 0)
  return highest(doc, (roots.length > 0 ? roots : nodesOf(doc)).map((node) => node.id))
}

function highest(doc: OpenDocument, ids: readonly string[]): string | null {
  const sorted = ids.filter((id) => id in doc.nodes).sort((a, b) => absolute(doc, a)[1] - absolute(doc, b)[1])
  return sorted[0] ?? null
}

function nearest(doc: OpenDocument, from: string, direction: Direction): string | null {
  const [x, y] = absolute(doc, from)
  let best: { id: string; cost: number } | null = null
  for (const node of nodesOf(doc)) {
    if (node.id === from) continue
    const [nx, ny] = absolute(doc, node.id)
    const [along, across] = direction === 'left' || direction === 'right' ? [nx - x, ny - y] : [ny - y, nx - x]
    const ahead = direction === 'right' || direction === 'down' ? along : -along
    if (ahead <= 0) continue
    // What lies straight ahead wins over what is nearer but far to the side.
    const cost = ahead + 2 * Math.abs(across)
    if (best === null || cost < best.cost) best = { id: node.id, cost }
  }
  return best?.id ?? null
}
