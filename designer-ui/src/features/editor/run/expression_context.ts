/** What the expressions of a node would see, from the run laid over the drawing. */

import type { ExpressionContext } from '../expression/context'
import { incoming, type OpenDocument } from '../model/open_document'
import { iterationOf, type Overlay, stepBeside } from './overlay'

/** `path` is the step the inspector shows, where the node ran more than once. */
export function contextFor(doc: OpenDocument, overlay: Overlay | null, node: string, path: string | null): ExpressionContext {
  if (overlay === null) return { input: undefined, steps: {}, trigger: undefined, run: undefined, vars: {} }
  const own = stepBeside(overlay, node, path)
  const around = own?.path ?? path
  const steps: Record<string, unknown> = {}
  for (const id of doc.order) {
    const step = id === node ? null : stepBeside(overlay, id, around)
    if (step?.status === 'succeeded' && isBeside(step.path, around)) steps[id] = step.output
  }
  const { run } = overlay
  return {
    input: own !== null && own.input !== null ? own.input : inputOf(doc, steps, node),
    steps,
    trigger: run.input,
    run: { id: run.id, workflow_id: run.workflow_id, started_at_ms: run.started_at_ms },
    vars: {},
    ...item(doc, overlay, node, around),
  }
}

/** What would arrive: one value, or an object by source where there are several. */
function inputOf(doc: OpenDocument, steps: Readonly<Record<string, unknown>>, node: string): unknown {
  const sources = incoming(doc, node)
    .map((edge) => edge.from)
    .filter((id) => id in steps)
  const [only] = sources
  if (incoming(doc, node).length === 1) return only === undefined ? undefined : steps[only]
  return sources.length === 0 ? undefined : Object.fromEntries(sources.map((id) => [id, steps[id]]))
}

/** A body starts with the item as its input, so the first steps of the body know it. */
function item(doc: OpenDocument, overlay: Overlay, node: string, path: string | null): Partial<ExpressionContext> {
  const container = doc.nodes[node]?.inside
  if (container === undefined) return {}
  const first = doc.order.find((id) => doc.nodes[id]?.inside === container && incoming(doc, id).length === 0)
  const step = first === undefined ? null : stepBeside(overlay, first, path)
  const index = step === null ? undefined : iterationOf(step.path).at(-1)
  return step === null || index === undefined ? {} : { item: step.input, index }
}

/** Steps of another item of the loop cannot be seen from this one. */
function isBeside(path: string, around: string | null): boolean {
  const own = iterationOf(path)
  const here = around === null ? own : iterationOf(around)
  return own.length <= here.length && own.every((index, depth) => index === here[depth])
}
