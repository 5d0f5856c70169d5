/** Running one step alone: what it needs from the steps before it, taken from the run that is shown. */

import type { Json } from '@/api/types'

import { type OpenDocument, reachable } from '../model/open_document'
import { type Overlay, stepBeside } from './overlay'

/** The outputs of everything before a node, or the ids of its direct sources that have none yet. */
export function givenOutputs(
  doc: OpenDocument,
  overlay: Overlay | null,
  node: string,
): { ok: true; given: Record<string, Json> } | { ok: false; missing: string[] } {
  const given: Record<string, Json> = {}
  for (const id of reachable(doc, [node], 'upstream')) {
    const step = overlay === null ? null : stepBeside(overlay, id, null)
    if (step?.status === 'succeeded') given[id] = step.output
  }
  const sources = doc.edges.filter((edge) => edge.to === node).map((edge) => edge.from)
  const missing = sources.filter((id) => !(id in given))
  return missing.length > 0 && missing.length === sources.length ? { ok: false, missing } : { ok: true, given }
}
