/** A run laid over the drawing. Nothing of it is ever written into the document. */

import type { Edge, Run, Step, StepStatus } from '@/api/types'

import { portOf } from '../model/document'

export interface Overlay {
  run: Run
  /** By path, in the order they started. */
  steps: Readonly<Record<string, Step>>
  /** The same steps by node, so that a node sees only its own. */
  byNode: Readonly<Record<string, readonly Step[]>>
}

export function overlayOf(run: Run, steps: readonly Step[] = []): Overlay {
  return steps.reduce(withStep, { run, steps: {}, byNode: {} })
}

export function withRun(overlay: Overlay, run: Run): Overlay {
  return { ...overlay, run }
}

/** Later news of a step takes the place of earlier; logs already read are kept. */
export function withStep(overlay: Overlay, step: Step): Overlay {
  const before = overlay.steps[step.path]
  const next = before?.logs !== undefined && step.logs === undefined ? { ...step, logs: before.logs } : step
  const own = overlay.byNode[step.node] ?? []
  const list = before === undefined ? [...own, next] : own.map((other) => (other.path === step.path ? next : other))
  return { ...overlay, steps: { ...overlay.steps, [step.path]: next }, byNode: { ...overlay.byNode, [step.node]: list } }
}

/** The steps in the order they started; those that never did come last. */
export function inOrder(overlay: Overlay): Step[] {
  return Object.values(overlay.steps).sort((a, b) => (a.started_at_ms ?? Infinity) - (b.started_at_ms ?? Infinity) || 0)
}

export interface NodeRun {
  status: StepStatus
  /** Steps of this node: more than one inside a loop. */
  count: number
  failed: number
  /** Of the only step, or of the whole loop. */
  durationMs: number | null
  attempt: number
}

/** The worst and liveliest first: a loop with one failed item shows as failed. */
const WEIGHT: Record<StepStatus, number> = { running: 6, failed: 5, waiting: 4, cancelled: 3, succeeded: 2, skipped: 1 }

export function nodeRun(steps: readonly Step[] | undefined): NodeRun | null {
  if (steps === undefined || steps.length === 0) return null
  const [first] = steps
  const status = steps.reduce<StepStatus>((worst, step) => (WEIGHT[step.status] > WEIGHT[worst] ? step.status : worst), 'skipped')
  const took = steps.filter((step) => step.duration_ms !== null)
  return {
    status,
    count: steps.length,
    failed: steps.filter((step) => step.status === 'failed').length,
    durationMs: took.length === 0 ? null : took.reduce((sum, step) => sum + (step.duration_ms ?? 0), 0),
    attempt: Math.max(...steps.map((step) => step.attempt), first?.attempt ?? 1),
  }
}

export interface EdgeRun {
  state: 'delivered' | 'dead' | 'flowing'
  /** Steps that went this way. */
  times: number
  /** Elements of the list that went this way, when it is one list. */
  items: number | null
}

/** What went along an edge, from the steps of the node it leaves. */
export function edgeRun(source: readonly Step[] | undefined, target: readonly Step[] | undefined, edge: Edge): EdgeRun | null {
  const ended = (source ?? []).filter((step) => step.status === 'succeeded' || step.status === 'failed' || step.status === 'skipped')
  if (ended.length === 0) return null
  const went = ended.filter((step) => leavesBy(step) === portOf(edge))
  if (went.length === 0) return { state: 'dead', times: 0, items: null }
  const [only] = went
  const items = went.length === 1 && Array.isArray(only?.output) ? only.output.length : null
  const isLive = (target ?? []).some((step) => step.status === 'running')
  return { state: isLive ? 'flowing' : 'delivered', times: went.length, items }
}

function leavesBy(step: Step): string | null {
  if (step.status === 'skipped') return null
  return step.port ?? (step.status === 'succeeded' ? 'out' : null)
}

export interface PathPart {
  node: string
  index: number | null
}

/** `each[3]/inner` as its parts. */
export function partsOf(path: string): PathPart[] {
  return path.split('/').map((part) => {
    const [, node, index] = /^(.*?)(?:\[(\d+)\])?$/.exec(part) ?? []
    return { node: node ?? part, index: index === undefined ? null : Number(index) }
  })
}

/** The loop items a step belongs to, outermost first: `[3]` of `each[3]/inner`. */
export function iterationOf(path: string): number[] {
  return partsOf(path).flatMap((part) => part.index ?? [])
}

/** The step of a node that belongs to the same loop item as another path, or its first step. */
export function stepBeside(overlay: Overlay, node: string, path: string | null): Step | null {
  const steps = overlay.byNode[node] ?? []
  const wanted = path === null ? [] : iterationOf(path)
  const beside = steps.find((step) => {
    const own = iterationOf(step.path)
    return own.length <= wanted.length && own.every((index, depth) => index === wanted[depth])
  })
  return steps.find((step) => step.path === path) ?? beside ?? steps.find((step) => step.status === 'failed') ?? steps[0] ?? null
}
