import type { Document, NodeType, Problem } from '@/api/types'

import { CoreClient, type Limits } from './client'
import { mentioned, type Values } from './mentioned'
import type { Completions, Evaluation, FunctionDocs, ParsedTemplate, Port } from './protocol'


/** The rules of the engine, as the server has them, in the browser. */
export interface Core {
  /** Every problem of a document. */
  check: (document: Document, nodeTypes: NodeType[]) => Promise<Problem[]>
  /** `context` holds `input`, `steps`, `trigger` and so on; it is never changed in place. */
  evaluate: (template: string, context: Values) => Promise<Evaluation>
  complete: (template: string, offset: number, context: Values) => Promise<Completions>
  parse: (template: string) => Promise<ParsedTemplate>
  /** The document with a node's id changed and every expression that names it. */
  rename: (document: Document, from: string, to: string) => Promise<Document>
  functions: () => Promise<FunctionDocs[]>
}

/** Loading happens once, on what may be a slow network. */
export const LIMITS: Limits = { budgetMs: 1_000, startMs: 30_000 }

const ROOTS = ['input', 'trigger', 'item', 'run', 'vars']

/** The large values of a context: each on its own, since they change one by one. */
function largeParts(context: Values): string[][] {
  const steps = Object.keys(context.steps ?? {})
  return [...ROOTS.map((name) => ['context', name]), ...steps.map((id) => ['context', 'steps', id])]
}

/** After a point only the value before it matters; elsewhere every name is offered, with what it holds. */
function forCompletion(template: string, offset: number, context: Values): Values {
  return /[.[]\s*[\w$]*$/.test(template.slice(0, offset)) ? mentioned(template, context) : context
}

export function createCore(spawn: () => Port, limits: Limits = LIMITS): Core {
  const client = new CoreClient(spawn, limits)
  // The assertions below name what the core's functions are documented to answer.
  return {
    check: async (document, nodeTypes) =>
      (await client.call('check', { document, node_types: nodeTypes }, { shared: [['node_types']], group: 'check' })) as Problem[],
    evaluate: async (template, context) => {
      const visible = mentioned(template, context)
      return (await client.call('evaluate', { template, context: visible }, { shared: largeParts(visible) })) as Evaluation
    },
    complete: async (template, offset, context) => {
      const visible = forCompletion(template, offset, context)
      const options = { shared: largeParts(visible), group: 'complete' }
      return (await client.call('complete', { template, offset, context: visible }, options)) as Completions
    },
    parse: async (template) => (await client.call('parse', { template })) as ParsedTemplate,
    rename: async (document, from, to) => (await client.call('rename', { document, from, to })) as Document,
    functions: async () => (await client.call('functions', {})) as FunctionDocs[],
  }
}
