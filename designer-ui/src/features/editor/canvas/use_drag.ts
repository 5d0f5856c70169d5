import type { OnNodeDrag } from '@xyflow/react'
import { useCallback, useRef } from 'react'

import type { Edge } from '@/api/types'

import { apply } from '../model/apply'
import { edgeKey, type Point } from '../model/document'
import { dropCommand } from '../model/drop'
import { type Box, boxOf, holds } from '../model/geometry'
import { canSplice } from '../model/splice'
import { useEditorStore } from '../store/context'
import type { FlowNode } from './flow'

interface Drag {
  onNodeDrag: OnNodeDrag<FlowNode>
  onNodeDragStop: OnNodeDrag<FlowNode>
}

/** Dragging nodes: into loops, out of them, and onto lines, which light up below the node. */
export function useDrag(): Drag {
  const store = useEditorStore()
  const lit = useRef<Element | null>(null)

  const light = useCallback((edge: Edge | null) => {
    const element = edge === null ? null : document.querySelector(`[data-edge="${CSS.escape(edgeKey(edge))}"]`)
    if (element === lit.current) return
    lit.current?.classList.remove('weft-drop-edge')
    element?.classList.add('weft-drop-edge')
    lit.current = element
  }, [])

  const lineBelow = useCallback(
    (node: FlowNode): Edge | null => {
      const { doc, types } = store.getState()
      const moved = apply(doc, { type: 'move', to: { [node.id]: positionOf(node) } })
      const box = boxOf(moved, node.id, types)
      return doc.edges.find((edge) => canSplice(doc, node.id, edge, types) && crosses(edge, box)) ?? null
    },
    [store],
  )

  const onNodeDrag = useCallback<OnNodeDrag<FlowNode>>(
    (_event, node, nodes) => light(nodes.length === 1 ? lineBelow(node) : null),
    [light, lineBelow],
  )

  const onNodeDragStop = useCallback<OnNodeDrag<FlowNode>>(
    (_event, node, nodes) => {
      light(null)
      const { doc, types, actions } = store.getState()
      const to = Object.fromEntries(nodes.map((each) => [each.id, positionOf(each)]))
      actions.execute(dropCommand(doc, types, to, nodes.length === 1 ? lineBelow(node) : null))
    },
    [store, light, lineBelow],
  )
  return { onNodeDrag, onNodeDragStop }
}

function positionOf(node: FlowNode): Point {
  return [Math.round(node.position.x), Math.round(node.position.y)]
}

const SAMPLES = 12

/** Whether the drawn line runs through a box of the canvas. The drawing may lag behind the pointer, so the box is not read from it. */
function crosses(edge: Edge, box: Box): boolean {
  const path = document.querySelector<SVGPathElement>(`[data-edge="${CSS.escape(edgeKey(edge))}"] path`)
  if (path === null) return false
  const length = path.getTotalLength()
  for (let index = 1; index < SAMPLES; index += 1) {
    const { x, y } = path.getPointAtLength((length * index) / SAMPLES)
    if (holds(box, [x, y])) return true
  }
  return false
}
