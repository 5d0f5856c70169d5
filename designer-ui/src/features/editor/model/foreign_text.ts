/** Reading pasted text that anybody may have written: what fits is taken, what does not is named. */

import type { DocNode, Edge, Json, Retry } from '@/api/types'

import type { Fragment } from './clipboard'
import { FORMAT, type Params, type Point, without } from './document'
import { isWellFormed } from './ids'
import type { NodeTypes } from './node_type'

const MOST_NODES = 1_000

export type Reading =
  /** Text that is no workflow at all; perhaps meant for another field. */
  | { kind: 'other' }
  | { kind: 'refused'; reason: string }
  | { kind: 'fragment'; fragment: Fragment; dropped: string[] }

export function readFragment(text: string, types: NodeTypes): Reading {
  const value = parse(text)
  if (!isObject(value) || !('weft' in value) || !Array.isArray(value.nodes)) return { kind: 'other' }
  if (value.weft !== FORMAT) {
    return { kind: 'refused', reason: `The pasted steps are in format ${JSON.stringify(value.weft)}; this Weft reads format ${FORMAT}.` }
  }
  if (value.nodes.length > MOST_NODES) return { kind: 'refused', reason: `At most ${MOST_NODES} steps can be pasted at once.` }
  const dropped: string[] = []
  const nodes = readNodes(value.nodes, types, dropped)
  const edges = readEdges(value.edges, nodes, dropped)
  if (nodes.length === 0) return { kind: 'refused', reason: dropped[0] ?? 'There are no steps in the pasted text.' }
  return { kind: 'fragment', fragment: { nodes, edges }, dropped }
}

function parse(text: string): Json | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    return JSON.parse(text) as Json // What JSON.parse gives is Json by definition.
  } catch {
    return undefined
  }
}

function isObject(value: Json | undefined): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const NODE_FIELDS = new Set(['id', 'type', 'name', 'params', 'credential', 'retry', 'timeout_ms', 'disabled', 'inside', 'at', 'size'])

function readNodes(list: readonly Json[], types: NodeTypes, dropped: string[]): DocNode[] {
  const nodes = new Map<string, DocNode>()
  list.forEach((value, index) => {
    const node = readNode(value, `Step ${index + 1}`, dropped)
    if (node === undefined) return
    if (nodes.has(node.id)) {
      dropped.push(`Step ${index + 1}: the id “${node.id}” was there already.`)
      return
    }
    if (!(node.type in types)) dropped.push(`“${node.id}”: the type “${node.type}” is not installed here; the step is kept as it is.`)
    nodes.set(node.id, node)
  })
  return [...nodes.values()].map((node) => {
    const outer = node.inside === undefined ? undefined : nodes.get(node.inside)
    if (node.inside === undefined || (outer !== undefined && outer !== node)) return node
    dropped.push(`“${node.id}”: the loop “${node.inside}” it was in.`)
    return without(node, 'inside')
  })
}

function readNode(value: Json, where: string, dropped: string[]): DocNode | undefined {
  if (!isObject(value) || typeof value.type !== 'string' || value.type === '') {
    dropped.push(`${where}: it has no type.`)
    return undefined
  }
  const { id, type, name, params, retry, timeout_ms, disabled, inside, at, size } = value
  const node: DocNode = { id: typeof id === 'string' && isWellFormed(id) ? id : where.toLowerCase().replace(/\W+/g, '_'), type }
  const take = (field: string, given: Json | undefined, isFine: boolean, set: () => void): void => {
    if (isFine) set()
    else if (given !== undefined) dropped.push(`“${node.id}”: the field ${field} is not as it should be.`)
  }
  take('name', name, typeof name === 'string', () => (node.name = name as string))
  take('params', params, isObject(params), () => (node.params = params as Params))
  take('retry', retry, isRetry(retry), () => (node.retry = retry as unknown as Retry))
  take('timeout_ms', timeout_ms, typeof timeout_ms === 'number' && timeout_ms >= 0, () => (node.timeout_ms = timeout_ms as number))
  take('disabled', disabled, typeof disabled === 'boolean', () => (node.disabled = disabled as boolean))
  take('inside', inside, typeof inside === 'string', () => (node.inside = inside as string))
  take('at', at, isPair(at), () => (node.at = at as Point))
  take('size', size, isPair(size), () => (node.size = size as Point))
  if (value.credential !== undefined) dropped.push(`“${node.id}”: its credential; choose one of yours.`)
  const unknown = Object.keys(value).filter((field) => !NODE_FIELDS.has(field))
  if (unknown.length > 0) dropped.push(`“${node.id}”: unknown fields ${unknown.join(', ')}.`)
  return node
}

function isPair(value: Json | undefined): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'number' && Math.abs(part) < 1e6)
}

function isRetry(value: Json | undefined): boolean {
  return isObject(value) && typeof value.attempts === 'number' && value.attempts >= 1 && value.attempts <= 100
}

function readEdges(value: Json | undefined, nodes: readonly DocNode[], dropped: string[]): Edge[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) {
    dropped.push('The lines: they are not a list.')
    return []
  }
  const ids = new Set(nodes.map((node) => node.id))
  return value.flatMap((entry, index): Edge[] => {
    if (!isObject(entry) || typeof entry.from !== 'string' || typeof entry.to !== 'string') {
      dropped.push(`Line ${index + 1}: it does not say from where to where.`)
      return []
    }
    const { from, to, port } = entry
    if (!ids.has(from) || !ids.has(to)) {
      dropped.push(`Line ${index + 1}: it leads from “${from}” to “${to}”, and one of them is not there.`)
      return []
    }
    return [typeof port === 'string' ? { from, port, to } : { from, to }]
  })
}
