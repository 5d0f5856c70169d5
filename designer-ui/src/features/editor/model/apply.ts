/** Applies a command to a document. Pure: a command that changes nothing gives back the same document. */

import type { DocNode, Edge } from '@/api/types'

import type { Command } from './commands'
import { edgeKey, makeEdge, type NodeField, portOf, without } from './document'
import { at } from './geometry'
import { fromDocument, isWithin, type OpenDocument, withBodies } from './open_document'
import { renameNode } from './rename'
import { splice } from './splice'

export function apply(doc: OpenDocument, command: Command): OpenDocument {
  switch (command.type) {
    case 'add':
      return add(doc, command.nodes, command.edges)
    case 'connect':
      return connect(doc, command.edge)
    case 'disconnect':
      return disconnect(doc, command.edges)
    case 'move':
      return updateNodes(doc, Object.keys(command.to), (node) => {
        const to = command.to[node.id]
        const [x, y] = at(node)
        return to === undefined || (node.at !== undefined && to[0] === x && to[1] === y) ? node : { ...node, at: to }
      })
    case 'resize':
      return updateNodes(doc, [command.id], (node) => ({ ...node, at: command.at, size: command.size }))
    case 'remove':
      return remove(doc, command.ids)
    case 'removeAndReconnect':
      return command.ids.reduce(removeAndReconnect, doc)
    case 'setParams':
      return updateNodes(doc, [command.id], (node) => ({ ...node, params: command.params }))
    case 'setParam':
      return updateNodes(doc, [command.id], (node) => ({ ...node, params: { ...node.params, [command.key]: command.value } }))
    case 'setNodeField':
      return updateNodes(doc, [command.id], (node) => withField(node, command.field, command.value))
    case 'setDisabled':
      return updateNodes(doc, command.ids, (node) =>
        (node.disabled ?? false) === command.disabled ? node : withField(node, 'disabled', command.disabled),
      )
    case 'rename':
      return renameNode(doc, command.from, command.to, command.params)
    case 'splice':
      return splice(doc, command)
    case 'setInside':
      return setInside(doc, command)
    case 'setSettings':
      return { ...doc, settings: command.settings }
    case 'setName':
      return doc.rest.name === command.name ? doc : { ...doc, rest: { ...doc.rest, name: command.name } }
    case 'replace':
      return { ...fromDocument(command.document), rest: { ...fromDocument(command.document).rest, name: doc.rest.name } }
    case 'batch':
      return command.commands.reduce(apply, doc)
  }
}

function add(doc: OpenDocument, nodes: readonly DocNode[], edges: readonly Edge[]): OpenDocument {
  const fresh = nodes.filter((node) => !(node.id in doc.nodes))
  const added: OpenDocument = {
    ...doc,
    nodes: { ...doc.nodes, ...Object.fromEntries(fresh.map((node) => [node.id, node])) },
    order: [...doc.order, ...fresh.map((node) => node.id)],
  }
  return edges.reduce(connect, fresh.length === 0 ? doc : added)
}

function connect(doc: OpenDocument, edge: Edge): OpenDocument {
  const known = edge.from in doc.nodes && edge.to in doc.nodes
  const repeated = doc.edges.some((other) => edgeKey(other) === edgeKey(edge))
  return known && !repeated ? { ...doc, edges: [...doc.edges, edge] } : doc
}

function disconnect(doc: OpenDocument, edges: readonly Edge[]): OpenDocument {
  const gone = new Set(edges.map(edgeKey))
  const kept = doc.edges.filter((edge) => !gone.has(edgeKey(edge)))
  return kept.length === doc.edges.length ? doc : { ...doc, edges: kept }
}

function remove(doc: OpenDocument, ids: readonly string[]): OpenDocument {
  const gone = new Set(withBodies(doc, ids))
  if (gone.size === 0) return doc
  return {
    ...doc,
    nodes: Object.fromEntries(Object.entries(doc.nodes).filter(([id]) => !gone.has(id))),
    order: doc.order.filter((id) => !gone.has(id)),
    edges: doc.edges.filter((edge) => !gone.has(edge.from) && !gone.has(edge.to)),
  }
}

function removeAndReconnect(doc: OpenDocument, id: string): OpenDocument {
  const sources = doc.edges.filter((edge) => edge.to === id)
  const targets = [...new Set(doc.edges.filter((edge) => edge.from === id).map((edge) => edge.to))]
  const joined = sources.flatMap((edge) => targets.map((to) => makeEdge(edge.from, portOf(edge), to)))
  return joined.reduce(connect, remove(doc, [id]))
}

function setInside(doc: OpenDocument, command: Extract<Command, { type: 'setInside' }>): OpenDocument {
  const { inside } = command
  const movable = command.ids.filter((id) => inside === undefined || !isWithin(doc, inside, id))
  const moved = updateNodes(doc, movable, (node) => {
    const place = { ...without(node, 'inside'), at: command.at[node.id] ?? at(node) }
    return inside === undefined ? place : { ...place, inside }
  })
  const changed = new Set(movable)
  const edges = moved.edges.filter(
    (edge) =>
      (!changed.has(edge.from) && !changed.has(edge.to)) || moved.nodes[edge.from]?.inside === moved.nodes[edge.to]?.inside,
  )
  return edges.length === moved.edges.length ? moved : { ...moved, edges }
}

function withField(node: DocNode, field: NodeField, value: unknown): DocNode {
  const rest: DocNode = without(node, field)
  // `disabled: false` is the same as nothing said; a pinned `false` is not.
  return value === undefined || (field === 'disabled' && value === false) ? rest : { ...rest, [field]: value }
}

function updateNodes(doc: OpenDocument, ids: readonly string[], change: (node: DocNode) => DocNode): OpenDocument {
  const changed = ids.flatMap((id) => {
    const node = doc.nodes[id]
    const next = node === undefined ? undefined : change(node)
    return next === undefined || next === node ? [] : [next]
  })
  if (changed.length === 0) return doc
  return { ...doc, nodes: { ...doc.nodes, ...Object.fromEntries(changed.map((node) => [node.id, node])) } }
}
