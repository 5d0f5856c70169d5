import { type OnNodeDrag, useReactFlow } from '@xyflow/react'
import { useCallback, useRef } from 'react'

import type { Edge } from '@/api/types'

import { edgeKey, type Point } from '../model/document'
import { dropCommand } from '../model/drop'
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
  const { getNode } = useReactFlow<FlowNode>()
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
      const candidates = doc.edges.filter((edge) => canSplice(doc, node.id, edge, types))
      if (candidates.length === 0) return null
      const box = document.querySelector(`.react-flow__node[data-id="${CSS.escape(node.id)}"]`)?.getBoundingClientRect()
      return box === undefined ? null : (candidates.find((edge) => crosses(edge, box)) ?? null)
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
      const to = Object.fromEntries(nodes.map((each) => [each.id, positionOf(getNode(each.id) ?? each)]))
      actions.execute(dropCommand(doc, types, to, nodes.length === 1 ? lineBelow(node) : null))
    },
    [store, light, lineBelow, getNode],
  )
  return { onNodeDrag, onNodeDragStop }
}

function positionOf(node: FlowNode): Point {
  return [Math.round(node.position.x), Math.round(node.position.y)]
}

const SAMPLES = 12

/** Whether the drawn line runs through a box on the screen. */
function crosses(edge: Edge, box: DOMRect): boolean {
  const path = document.querySelector<SVGPathElement>(`[data-edge="${CSS.escape(edgeKey(edge))}"] path`)
  const matrix = path?.getScreenCTM()
  if (path === null || matrix === null || matrix === undefined) return false
  const length = path.getTotalLength()
  for (let index = 1; index < SAMPLES; index += 1) {
    const { x, y } = path.getPointAtLength((length * index) / SAMPLES).matrixTransform(matrix)
    if (x > box.left && x < box.right && y > box.top && y < box.bottom) return true
  }
  return false
}
