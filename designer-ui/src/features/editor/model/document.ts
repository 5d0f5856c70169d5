/** Small words about the document that the rest of the model speaks. Its shapes are those of the API. */

import type { Edge, DocNode } from '@/api/types'

export type Params = NonNullable<DocNode['params']>
export type Point = [x: number, y: number]

/** The fields of a node that its settings pane edits besides the parameters. */
export type NodeField = 'name' | 'timeout_ms' | 'retry' | 'on_error' | 'after_crash' | 'pinned' | 'mask' | 'disabled' | 'credential'

export const FORMAT = 1
export const OUT = 'out'
export const ERROR = 'error'

export function portOf(edge: Edge): string {
  return edge.port ?? OUT
}

/** An edge as it is written down: the default port is left out. */
export function makeEdge(from: string, port: string, to: string): Edge {
  return port === OUT ? { from, to } : { from, port, to }
}

/** Identifies an edge; two edges with the same key are the same line. */
export function edgeKey(edge: Edge): string {
  return `${edge.from}:${portOf(edge)}>${edge.to}`
}

/** The same object without one of its fields. */
export function without<T extends object, K extends keyof T>(value: T, field: K): Omit<T, K> {
  const kept = Object.entries(value).filter(([key]) => key !== field)
  return Object.fromEntries(kept) as Omit<T, K> // `fromEntries` forgets which keys it was given.
}
