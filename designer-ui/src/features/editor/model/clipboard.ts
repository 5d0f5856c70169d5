/** Copying and pasting steps as readable text: through the system clipboard, across tabs, servers and chat. */

import type { DocNode, Edge, Json } from '@/api/types'

import type { Command } from './commands'
import { FORMAT, type Params, type Point, without } from './document'
import { at, snapPoint } from './geometry'
import { idForType, isWellFormed, uniqueId } from './ids'
import { nodesOf, type OpenDocument, withBodies } from './open_document'
import { rewriteParams } from './rename'

export interface Fragment {
  nodes: readonly DocNode[]
  edges: readonly Edge[]
}

/** The chosen nodes with what is inside them and the edges among them; credentials and secrets stay behind. */
export function copyText(doc: OpenDocument, ids: readonly string[]): string {
  const chosen = new Set(withBodies(doc, ids))
  const nodes = nodesOf(doc)
    .filter((node) => chosen.has(node.id))
    .map((node) => withoutSecrets(node, chosen))
  const edges = doc.edges.filter((edge) => chosen.has(edge.from) && chosen.has(edge.to))
  return JSON.stringify({ weft: FORMAT, nodes, edges }, null, 2)
}

function withoutSecrets(node: DocNode, chosen: ReadonlySet<string>): DocNode {
  const { inside, ...rest } = without(node, 'credential')
  const clean: DocNode = rest.params === undefined ? rest : { ...rest, params: blankSecrets(rest.params) }
  return inside !== undefined && chosen.has(inside) ? { ...clean, inside } : clean
}

const SECRET_NAME = /authorization|api[-_]?key|secret|token|password|passphrase|cookie/i

/** Empties plain text under names that hold secrets, such as a header `Authorization`; expressions hold none themselves. */
function blankSecrets(params: Params): Params {
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [key, blank(key, value)]))
}

function blank(key: string, value: Json): Json {
  if (typeof value === 'string') return SECRET_NAME.test(key) && !value.includes('{{') ? '' : value
  if (Array.isArray(value)) return value.map((item) => blank(key, item))
  return typeof value === 'object' && value !== null ? blankSecrets(value) : value
}

/** Where pasted nodes go: with their top left corner at a point, or a little beside where they were. */
export type PasteAt = { kind: 'point'; point: Point; inside: string | undefined } | { kind: 'beside' }

/** The command that adds a fragment under ids that are free here. The expressions among the nodes follow. */
export function pasteCommand(doc: OpenDocument, fragment: Fragment, where: PasteAt): Extract<Command, { type: 'add' }> {
  const ids = freeIds(doc, fragment.nodes)
  const known = (id: string): string => ids.get(id) ?? id
  const roots = fragment.nodes.filter((node) => node.inside === undefined || !ids.has(node.inside))
  const shift = shiftOf(roots, where)
  const inside = where.kind === 'point' ? where.inside : undefined
  const nodes = fragment.nodes.map((node): DocNode => {
    const { inside: outer, ...rest } = node
    const params = rest.params === undefined ? undefined : rewriteParams(rest.params, ids)
    const moved: DocNode = { ...rest, id: known(node.id), ...(params === undefined ? {} : { params }) }
    if (outer !== undefined && ids.has(outer)) return { ...moved, inside: known(outer) }
    const [x, y] = at(node)
    const placed: DocNode = { ...moved, at: snapPoint([x + shift[0], y + shift[1]]) }
    return inside === undefined ? placed : { ...placed, inside }
  })
  const edges = fragment.edges.map((edge) => ({ ...edge, from: known(edge.from), to: known(edge.to) }))
  return { type: 'add', nodes, edges }
}

function freeIds(doc: OpenDocument, nodes: readonly DocNode[]): Map<string, string> {
  const ids = new Map<string, string>()
  const used = new Set<string>()
  for (const node of nodes) {
    const isTaken = (id: string): boolean => id in doc.nodes || used.has(id)
    const id = isWellFormed(node.id) ? uniqueId(node.id, isTaken) : idForType(node.type, isTaken)
    used.add(id)
    ids.set(node.id, id)
  }
  return ids
}

function shiftOf(roots: readonly DocNode[], where: PasteAt): Point {
  switch (where.kind) {
    case 'beside':
      return [48, 48]
    case 'point': {
      const left = Math.min(...roots.map((node) => at(node)[0]))
      const top = Math.min(...roots.map((node) => at(node)[1]))
      return roots.length === 0 ? [0, 0] : [where.point[0] - left, where.point[1] - top]
    }
  }
}
