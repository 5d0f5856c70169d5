import { type Connection, type OnConnect, type OnConnectEnd, useReactFlow } from '@xyflow/react'
import { useCallback } from 'react'

import { toast } from '@/ui/toast'

import { refusal } from '../model/connect'
import { makeEdge, OUT } from '../model/document'
import { useEditorStore } from '../store/context'
import type { FlowEdge } from './flow'

interface Connect {
  onConnect: OnConnect
  onConnectEnd: OnConnectEnd
  isValidConnection: (connection: Connection | FlowEdge) => boolean
}

/** Drawing lines: from a port to a step, or to empty canvas, where the palette opens and connects what is chosen. */
export function useConnect(): Connect {
  const store = useEditorStore()
  const { screenToFlowPosition } = useReactFlow()

  const draw = useCallback(
    (from: string, port: string, to: string) => {
      const { doc, types, actions } = store.getState()
      const reason = refusal(doc, types, from, port, to)
      if (reason === null) actions.execute({ type: 'connect', edge: makeEdge(from, port, to) })
      else toast({ title: 'Not connected', detail: reason })
    },
    [store],
  )

  const isValidConnection = useCallback(
    ({ source, sourceHandle, target }: Connection | FlowEdge) => {
      const { doc, types } = store.getState()
      return refusal(doc, types, source, sourceHandle ?? OUT, target) === null
    },
    [store],
  )

  const onConnect = useCallback<OnConnect>(({ source, sourceHandle, target }) => draw(source, sourceHandle ?? OUT, target), [draw])

  const onConnectEnd = useCallback<OnConnectEnd>(
    (event, { isValid, fromNode, fromHandle, toNode }) => {
      if (isValid === true || fromNode === null) return
      const at = 'changedTouches' in event ? event.changedTouches[0] : event
      if (at === undefined) return
      // Let go over the body of a step: it has one input, so that is meant.
      const below = document.elementFromPoint(at.clientX, at.clientY)?.closest<HTMLElement>('.react-flow__node')?.dataset.id
      const other = toNode?.id ?? below
      const container = other === undefined ? undefined : store.getState().types[store.getState().doc.nodes[other]?.type ?? '']?.role
      if (other !== undefined && other !== fromNode.id && !(container === 'container' && toNode === null)) {
        if (fromHandle.type === 'source') draw(fromNode.id, fromHandle.id ?? OUT, other)
        else draw(other, OUT, fromNode.id)
        return
      }
      if (fromHandle.type !== 'source' || other === fromNode.id) return
      const { x, y } = screenToFlowPosition({ x: at.clientX, y: at.clientY })
      store.getState().actions.set({ floating: { kind: 'palette', place: { kind: 'after', from: fromNode.id, port: fromHandle.id ?? OUT, point: [x, y] } } })
    },
    [store, draw, screenToFlowPosition],
  )
  return { onConnect, onConnectEnd, isValidConnection }
}
