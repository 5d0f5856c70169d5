/** Which lines may be drawn. The engine checks the same rules; here they keep wrong lines from being drawn at all. */

import { edgeKey, makeEdge } from './document'
import { acceptsInput, hasOutputs, type NodeTypes } from './node_type'
import { nodesOf, type OpenDocument, reachable } from './open_document'

/** Why a line may not be drawn, in words for the person drawing; `null` when it may. */
export function refusal(doc: OpenDocument, types: NodeTypes, from: string, port: string, to: string): string | null {
  const source = doc.nodes[from]
  const target = doc.nodes[to]
  if (source === undefined || target === undefined) return 'One of the two steps no longer exists.'
  if (from === to) return 'A step cannot follow itself.'
  if (!hasOutputs(types[source.type])) return 'A note has no output.'
  if (types[target.type]?.role === 'trigger') return 'A trigger starts the run, so nothing can lead to it.'
  if (types[target.type]?.role === 'cleanup') return 'It starts when the run is cancelled, so nothing can lead to it.'
  if (!acceptsInput(types[target.type])) return 'A note takes no input.'
  if (source.inside !== target.inside) return 'A line cannot cross the border of a loop.'
  if (doc.edges.some((edge) => edgeKey(edge) === edgeKey(makeEdge(from, port, to)))) return 'These two are connected already.'
  if (reachable(doc, [to], 'downstream').includes(from)) return 'This would make a circle. Use “For each” to repeat steps.'
  return null
}

/** The nodes a line from this port may lead to. */
export function possibleTargets(doc: OpenDocument, types: NodeTypes, from: string, port: string): string[] {
  return nodesOf(doc)
    .map((node) => node.id)
    .filter((id) => refusal(doc, types, from, port, id) === null)
}
