import { useReactFlow, useStoreApi } from '@xyflow/react'
import { useCallback, useEffect } from 'react'

import { boxOf } from '../model/geometry'
import { useEditor, useEditorStore } from '../store/context'
import { activeNode } from '../store/editor_store'
import { moveMs } from './motion'

/** Room kept around a revealed node; at its right there is a `+` to be reached. */
const MARGIN = { left: 40, top: 64, right: 96, bottom: 48 }

/** Moves the view as little as it takes to have a node in it. */
export function useReveal(): (id: string) => void {
  const store = useEditorStore()
  const flowStore = useStoreApi()
  const flow = useReactFlow()
  return useCallback(
    (id) => {
      const { doc, types } = store.getState()
      const box = boxOf(doc, id, types)
      const { width, height, transform } = flowStore.getState()
      const [x, y, zoom] = transform
      const dx = shift(box.x * zoom + x, box.width * zoom, MARGIN.left, width - MARGIN.right)
      const dy = shift(box.y * zoom + y, box.height * zoom, MARGIN.top, height - MARGIN.bottom)
      if (dx !== 0 || dy !== 0) void flow.setViewport({ x: x + dx, y: y + dy, zoom }, { duration: moveMs() })
    },
    [store, flowStore, flow],
  )
}

/** How far to move what lies at `from` so that it is between the two borders; its start counts when it is too long. */
function shift(from: number, length: number, least: number, most: number): number {
  if (from + length > most) return Math.max(most - length, least) - from
  return from < least ? least - from : 0
}

/** Keeps the step whose settings are open in view: the panel takes room from the canvas. */
export function useRevealOpened(): void {
  const reveal = useReveal()
  const id = useEditor((state) => (state.isInspectorOpen ? activeNode(state) : null))
  useEffect(() => {
    if (id === null) return undefined
    // The canvas learns its new width after the panel is drawn.
    const timer = setTimeout(() => reveal(id), 60)
    return () => clearTimeout(timer)
  }, [id, reveal])
}

/** A node that was just added is drawn, measured and only then visible; hidden ones take no focus. */
const FRAMES_TO_APPEAR = 12

/** Gives a node the keyboard focus, once it is drawn. */
export function focusNode(id: string, frames = FRAMES_TO_APPEAR): void {
  requestAnimationFrame(() => {
    const node = document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)
    node?.focus({ preventScroll: true })
    if (document.activeElement !== node && frames > 0) focusNode(id, frames - 1)
  })
}
