/** What follows from a node type's declaration, as engine/core/src/node_type.rs has it. */

import type { DocNode, Json, JsonSchema, NodeType, Port } from '@/api/types'

import { ERROR, OUT, type Params } from './document'

export type NodeTypes = Readonly<Record<string, NodeType>>

export function byId(types: readonly NodeType[]): NodeTypes {
  return Object.fromEntries(types.map((type) => [type.id, type]))
}

/** The ports a node can leave by, `error` last where its type has it. Used ports the type no longer names come along. */
export function portsOf(node: DocNode, type: NodeType | undefined, used: readonly string[] = []): Port[] {
  if (!hasOutputs(type)) return []
  const ports = type ? declaredPorts(node, type) : [{ id: OUT, title: 'Out' }]
  const known = new Set(ports.map((port) => port.id))
  const lost = [...new Set(used)].filter((id) => !known.has(id)).map((id) => ({ id, title: id }))
  const all = [...ports, ...lost.filter((port) => port.id !== ERROR)]
  const hasError = type?.error_port === true || lost.some((port) => port.id === ERROR)
  return hasError && !known.has(ERROR) ? [...all, { id: ERROR, title: 'Error' }] : all
}

function declaredPorts(node: DocNode, type: NodeType): Port[] {
  if ('fixed' in type.ports) return type.ports.fixed
  const { list, field, default: fallback } = type.ports.from_param
  const cases = node.params?.[list]
  const names = Array.isArray(cases) ? cases.flatMap((entry) => fieldOf(entry, field) ?? []) : []
  const named = [...new Set(names)].filter((name) => name !== fallback.id)
  return [...named.map((name) => ({ id: name, title: name })), fallback]
}

function fieldOf(entry: Json, field: string): string | undefined {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return undefined
  const value = entry[field]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The ports a node shows as rows at its right; `error` has a place of its own at the lower edge. */
export function rowsOf(ports: readonly Port[]): Port[] {
  return ports.filter((port) => port.id !== ERROR)
}

export function acceptsInput(type: NodeType | undefined): boolean {
  return type === undefined || type.role === 'step' || type.role === 'container'
}

export function hasOutputs(type: NodeType | undefined): boolean {
  return type?.role !== 'note'
}

/** The parameters a new node starts with: the defaults its schema states. */
export function defaultParams(type: NodeType): Params {
  const entries = Object.entries(fieldsOf(type)).flatMap(([key, schema]) =>
    schema.default === undefined ? [] : [[key, structuredClone(schema.default)] as const],
  )
  return Object.fromEntries(entries)
}

/** The properties of the parameter schema, those of its variants included. */
export function fieldsOf(type: NodeType): Record<string, JsonSchema> {
  return type.params.properties ?? {}
}
