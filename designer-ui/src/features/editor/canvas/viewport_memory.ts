/** Where people left the view of each workflow, kept in their browser. */

import type { Viewport } from '@xyflow/react'

const key = (workflowId: string): string => `weft.viewport.${workflowId}`

export function rememberViewport(workflowId: string, viewport: Viewport): void {
  try {
    localStorage.setItem(key(workflowId), JSON.stringify(viewport))
  } catch {
    // Without storage the next visit starts with everything in view.
  }
}

export function rememberedViewport(workflowId: string): Viewport | null {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key(workflowId)) ?? 'null')
    return isViewport(stored) ? stored : null
  } catch {
    return null
  }
}

function isViewport(value: unknown): value is Viewport {
  if (typeof value !== 'object' || value === null) return false
  const { x, y, zoom } = value as Record<string, unknown>
  return [x, y, zoom].every((part) => typeof part === 'number' && Number.isFinite(part))
}
