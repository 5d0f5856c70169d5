/** The input people last ran a workflow with, kept in their browser. */

import type { DocNode, Json } from '@/api/types'

const key = (workflowId: string): string => `weft.input.${workflowId}`

export function rememberInput(workflowId: string, text: string): void {
  try {
    localStorage.setItem(key(workflowId), text)
  } catch {
    // Without storage the next run starts with the sample again.
  }
}

export function rememberedInput(workflowId: string): string | null {
  try {
    return localStorage.getItem(key(workflowId))
  } catch {
    return null
  }
}

/** An input of the shape the trigger gives, to be filled in. */
export function sampleInput(trigger: DocNode | undefined): string {
  return JSON.stringify(sampleOf(trigger), null, 2)
}

function sampleOf(trigger: DocNode | undefined): Json {
  if (trigger?.type !== 'webhook') return {}
  const path = trigger.params?.path
  const method = trigger.params?.method
  return {
    method: typeof method === 'string' ? method : 'POST',
    path: typeof path === 'string' ? path : '',
    query: {},
    headers: { 'content-type': 'application/json' },
    body: {},
  }
}

export type Parsed = { ok: true; value: Json } | { ok: false; message: string }

/** Nothing written is no input. */
export function parseInput(text: string): Parsed {
  if (text.trim() === '') return { ok: true, value: null }
  try {
    return { ok: true, value: JSON.parse(text) as Json } // What JSON.parse gives is Json by definition.
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : 'This is not JSON.' }
  }
}
