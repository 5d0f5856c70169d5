/** What the page and the worker that runs the Rust core say to each other. */

/** A part of a template, in UTF-16 offsets. */
export interface Span {
  start: number
  end: number
}

/** Why an expression has no value. */
export interface ExpressionProblem {
  code: string
  message: string
  span: Span
}

export type Evaluation = { value: unknown } | { problem: ExpressionProblem }

export interface CompletionItem {
  label: string
  kind: 'property' | 'variable' | 'function' | 'method'
  detail?: string | null
  docs?: string | null
  /** What is inserted, when it is not the label. */
  apply?: string | null
  /** Where that starts, when before `from`: a key that needs brackets replaces the point. */
  apply_from?: number | null
}

export interface Completions {
  from: number
  to: number
  items: CompletionItem[]
}

export interface ParsedTemplate {
  spans: (Span & { kind: 'text' | 'expression' })[]
  problem?: ExpressionProblem | null
}

/** An entry of the catalogue of functions that expressions may call. */
export interface FunctionDocs {
  name: string
  group: string
  signature: string
  docs: string
  examples: { expression: string; value: unknown }[]
}

/** A large value the worker keeps as text, so that it crosses over once and not with every keystroke. */
export interface SharedValue {
  key: number
  value: unknown
}

/** The arguments of a call: plain values, and places filled from shared values (`context.steps` → key). */
export interface Request {
  id: number
  function: string
  arguments: Record<string, unknown>
  shared: { path: string[]; key: number }[]
  learn: SharedValue[]
  forget: number[]
}

export type Answer =
  | { kind: 'ready' }
  | { kind: 'broken'; message: string }
  | { kind: 'ok'; id: number; value: unknown }
  | { kind: 'error'; id: number; code: string; message: string }

/** One end of the wire to a worker; tests put a fake in its place. */
export interface Port {
  post: (request: Request) => void
  listen: (hear: (answer: Answer) => void) => void
  close: () => void
}
