/** Renaming a node: its edges, what is inside it and the expressions that mention it follow. */

import type { DocNode, Json } from '@/api/types'

import type { Params } from './document'
import { isWellFormed } from './ids'
import type { OpenDocument } from './open_document'

/** `rewritten` holds parameters the core has rewritten; the nodes it does not name are rewritten here. */
export function renameNode(
  doc: OpenDocument,
  from: string,
  to: string,
  rewritten: Readonly<Record<string, Params>> | undefined,
): OpenDocument {
  if (from === to || !(from in doc.nodes) || to in doc.nodes || !isWellFormed(to)) return doc
  const names = new Map([[from, to]])
  const swap = (id: string): string => (id === from ? to : id)
  const renamed = Object.values(doc.nodes).map((node): DocNode => {
    const next: DocNode = { ...node, id: swap(node.id) }
    if (node.params !== undefined) next.params = rewritten === undefined ? rewriteParams(node.params, names) : (rewritten[node.id] ?? node.params)
    if (node.inside !== undefined) next.inside = swap(node.inside)
    return same(node, next) ? node : next
  })
  return {
    ...doc,
    nodes: Object.fromEntries(renamed.map((node) => [node.id, node])),
    order: doc.order.map(swap),
    edges: doc.edges.map((edge) => (edge.from === from || edge.to === from ? { ...edge, from: swap(edge.from), to: swap(edge.to) } : edge)),
  }
}

function same(before: DocNode, after: DocNode): boolean {
  return before.id === after.id && before.params === after.params && before.inside === after.inside
}

/** New ids by old ids. */
export type Names = ReadonlyMap<string, string>

/** Rewrites every template in the parameters; gives back the same object when nothing mentions a renamed node. */
export function rewriteParams(params: Params, names: Names): Params {
  const entries = Object.entries(params).map(([key, before]) => ({ key, before, after: rewriteIn(before, names) }))
  if (entries.every(({ before, after }) => before === after)) return params
  return Object.fromEntries(entries.map(({ key, after }) => [key, after]))
}

function rewriteIn(value: Json, names: Names): Json {
  if (typeof value === 'string') return rewriteTemplate(value, names)
  if (Array.isArray(value)) {
    const items = value.map((item) => rewriteIn(item, names))
    return items.every((item, index) => item === value[index]) ? value : items
  }
  return typeof value === 'object' && value !== null ? rewriteParams(value, names) : value
}

const BY_NAME = /(?<![\w.$])(steps\s*\??\.\s*)([a-z][a-z0-9_]*)(?![\w$])/g
const BY_KEY = /(?<![\w.$])(steps\s*(?:\?\.)?\[\s*)(["'])([a-z][a-z0-9_]*)\2/g

/**
 * Stands in for the core's rename where there is no core to ask: `steps.a`, `steps?.a` and `steps["a"]` between braces
 * follow. It does not see `input.a` of a node with several sources, which only the core can tell apart.
 */
export function rewriteTemplate(template: string, names: Names): string {
  if (!template.includes('{{')) return template
  return template.replace(/\{\{[\s\S]*?\}\}/g, (expression) =>
    expression
      .replace(BY_NAME, (_all, before: string, id: string) => before + (names.get(id) ?? id))
      .replace(BY_KEY, (_all, before: string, quote: string, id: string) => before + quote + (names.get(id) ?? id) + quote),
  )
}
