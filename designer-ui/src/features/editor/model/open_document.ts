/** The document while it is edited: nodes by id, their order, and the edges. Nothing is lost on the way in and out. */

import type { DocNode, Document, Edge, Settings } from '@/api/types'

import { uniqueId } from './ids'

export interface OpenDocument {
  nodes: Readonly<Record<string, DocNode>>
  /** Node ids in the order of the document. */
  order: readonly string[]
  edges: readonly Edge[]
  settings: Settings
  /** Everything else the document says: format, name, description. */
  rest: Readonly<Omit<Document, 'nodes' | 'edges' | 'settings'>>
}

export function fromDocument(document: Document): OpenDocument {
  const { nodes: list, edges, settings, ...rest } = document
  const nodes: Record<string, DocNode> = {}
  const order: string[] = []
  for (const node of list) {
    // A draft may hold the same id twice; the later node gets a free id so that none is lost.
    const id = node.id in nodes ? uniqueId(node.id, (taken) => taken in nodes || list.some((other) => other.id === taken)) : node.id
    nodes[id] = id === node.id ? node : { ...node, id }
    order.push(id)
  }
  return { nodes, order, edges, settings, rest }
}

export function toDocument(doc: OpenDocument): Document {
  return { ...doc.rest, nodes: nodesOf(doc), edges: [...doc.edges], settings: doc.settings }
}

export function nodesOf(doc: OpenDocument): DocNode[] {
  return doc.order.flatMap((id) => doc.nodes[id] ?? [])
}

/** The nodes directly inside a container, or on the top level. */
export function bodyOf(doc: OpenDocument, container: string | undefined): DocNode[] {
  return nodesOf(doc).filter((node) => node.inside === container)
}

/** The given nodes and everything inside them, in document order. */
export function withBodies(doc: OpenDocument, ids: readonly string[]): string[] {
  const chosen = new Set(ids)
  for (let grew = true; grew; ) {
    grew = false
    for (const node of nodesOf(doc)) {
      if (node.inside !== undefined && chosen.has(node.inside) && !chosen.has(node.id)) {
        chosen.add(node.id)
        grew = true
      }
    }
  }
  return doc.order.filter((id) => chosen.has(id))
}

/** Whether `id` is `container` or lies somewhere inside it. */
export function isWithin(doc: OpenDocument, id: string, container: string): boolean {
  const seen = new Set<string>()
  for (let at: string | undefined = id; at !== undefined && !seen.has(at); at = doc.nodes[at]?.inside) {
    if (at === container) return true
    seen.add(at)
  }
  return false
}

/** The container on the top level that holds a node, or the node itself when it is there. */
export function outermost(doc: OpenDocument, id: string): string {
  let at = id
  const seen = new Set<string>()
  for (let outer = doc.nodes[at]?.inside; outer !== undefined && outer in doc.nodes && !seen.has(outer); outer = doc.nodes[at]?.inside) {
    seen.add(outer)
    at = outer
  }
  return at
}

export function incoming(doc: OpenDocument, id: string): Edge[] {
  return doc.edges.filter((edge) => edge.to === id)
}

export function outgoing(doc: OpenDocument, id: string): Edge[] {
  return doc.edges.filter((edge) => edge.from === id)
}

/** Every node that can be reached from the given ones, themselves excluded. */
export function reachable(doc: OpenDocument, from: readonly string[], direction: 'upstream' | 'downstream'): string[] {
  const found = new Set<string>()
  const queue = [...from]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const next = direction === 'upstream' ? incoming(doc, id).map((edge) => edge.from) : outgoing(doc, id).map((edge) => edge.to)
    for (const other of next) {
      if (!found.has(other) && !from.includes(other)) {
        found.add(other)
        queue.push(other)
      }
    }
  }
  return doc.order.filter((id) => found.has(id))
}
