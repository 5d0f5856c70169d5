import { createContext, use } from 'react'

import type { AskOptions, AskSchema, Asked, ChoiceList } from '@/api/plugin_types'
import type { DocNode, Json, JsonSchema } from '@/api/types'

/** Whom a form asks for what its schema leaves open. */
export interface Asking {
  node: DocNode
  options: (question: AskOptions, signal: AbortSignal) => Promise<ChoiceList>
  schema: (question: AskSchema, signal: AbortSignal) => Promise<JsonSchema>
}

export const AskingContext = createContext<Asking | null>(null)

export function useAsking(): Asking {
  const asking = use(AskingContext)
  if (asking === null) throw new Error('This component belongs inside the settings of a node.')
  return asking
}

/** What is known of a node before it runs, without the field that is asked about: that one is what the answer is for. */
export function asked(node: DocNode, field: string): Asked {
  const known = Object.entries(node.params ?? {}).filter(([key, value]) => key !== field && !hasExpression(value))
  return {
    type: node.type,
    params: Object.fromEntries(known),
    ...(node.credential !== undefined && { credential: node.credential }),
  }
}

function hasExpression(value: Json): boolean {
  return JSON.stringify(value).includes('{{')
}
