import '@xyflow/react/dist/base.css'
import './canvas.css'

import { Background, BackgroundVariant, PanOnScrollMode, ReactFlow, SelectionMode, useKeyPress, useReactFlow } from '@xyflow/react'
import { useCallback, useRef, useState } from 'react'

import type { Point } from '../model/document'
import { GRID } from '../model/geometry'
import { useActions, useEditor, useEditorStore } from '../store/context'
import { CanvasControls } from './CanvasControls'
import { CanvasMenu } from './CanvasMenu'
import { CanvasPalette } from './CanvasPalette'
import { ContainerNode } from './ContainerNode'
import { EmptyCanvas } from './EmptyCanvas'
import type { FlowEdge, FlowNode } from './flow'
import { LineEdge } from './LineEdge'
import { NoteNode } from './NoteNode'
import { useRevealOpened } from './reveal'
import { StepNode } from './StepNode'
import { useClipboard } from './use_clipboard'
import { useConnect } from './use_connect'
import { useDrag } from './use_drag'
import { useFlow } from './use_flow'
import { useKeyCommands } from './use_key_commands'
import { rememberedViewport, rememberViewport } from './viewport_memory'

const NODE_TYPES = { step: StepNode, container: ContainerNode, note: NoteNode }
const EDGE_TYPES = { line: LineEdge }
const SNAP: Point = [GRID, GRID]
const FIT = { padding: 0.2, maxZoom: 1 }
/** With more nodes than this only those in view are drawn. */
const DRAW_ALL_UP_TO = 150

/** The drawing. Everything of React Flow is in this folder. */
export function Canvas() {
  const store = useEditorStore()
  const actions = useActions()
  const flow = useReactFlow<FlowNode, FlowEdge>()
  const { nodes, edges, onNodesChange, onEdgesChange } = useFlow()
  const { onNodeDrag, onNodeDragStop } = useDrag()
  const connect = useConnect()
  const isReadOnly = useEditor((state) => state.isReadOnly)
  const workflowId = useEditor((state) => state.workflowId)
  const isEmpty = useEditor((state) => state.doc.order.length === 0)
  const isFree = useKeyPress('Alt')
  // A run is drawn in less room than its workflow is edited in, so it starts with everything in view.
  const [viewport] = useState(() => (isReadOnly ? null : rememberedViewport(workflowId)))
  const { surface, onPointerMove, onPointerLeave, pointer, pointerOrMiddle } = usePointer()

  useRevealOpened()
  useClipboard(pointer)
  useKeyCommands({
    pointer: pointerOrMiddle,
    publish: () => actions.set({ floating: { kind: 'publish' } }),
    run: () => actions.set({ floating: { kind: 'run' } }),
    runTo: (to) => actions.set({ floating: { kind: 'run', to } }),
  })

  /** A node reached by the keyboard is the one that keys act on. */
  const selectFocused = ({ target }: React.FocusEvent) => {
    const id = target.matches('.react-flow__node:focus-visible') ? target.getAttribute('data-id') : null
    if (id !== null && !store.getState().selection.nodes.includes(id)) actions.select([id])
  }

  const openPalette = (event: React.MouseEvent) => {
    const isPane = event.target instanceof Element && event.target.classList.contains('react-flow__pane')
    if (!isPane || store.getState().isReadOnly) return
    const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY })
    actions.set({ floating: { kind: 'palette', place: { kind: 'point', point: [x, y], inside: undefined } } })
  }
  return (
    <CanvasMenu pointer={pointerOrMiddle}>
      <div
        ref={surface}
        data-canvas
        className="weft-canvas relative min-h-0 min-w-0 flex-1"
        onPointerMove={onPointerMove}
        onPointerLeave={onPointerLeave}
        onDoubleClick={openPalette}
        onFocus={selectFocused}
      >
        <ReactFlow<FlowNode, FlowEdge>
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          onNodesChange={onNodesChange}
          onEdgesChange={onEdgesChange}
          onNodeDrag={onNodeDrag}
          onNodeDragStop={onNodeDragStop}
          onNodeClick={(event, node) => {
            if (!event.shiftKey && node.type !== 'note') actions.set({ isInspectorOpen: true, stepPath: null })
          }}
          onNodeDoubleClick={(_event, node) => {
            if (node.type === 'note' && !isReadOnly) actions.set({ renaming: node.id })
          }}
          onPaneClick={() => actions.select([])}
          {...(!isReadOnly && { onMoveEnd: (_event, moved) => rememberViewport(workflowId, moved) })}
          {...connect}
          {...(viewport === null ? { fitView: true, fitViewOptions: FIT } : { defaultViewport: viewport })}
          nodesConnectable={!isReadOnly}
          snapToGrid={!isFree}
          snapGrid={SNAP}
          minZoom={0.1}
          maxZoom={2}
          panOnDrag={isReadOnly ? true : PAN_BUTTONS}
          panOnScroll
          panOnScrollMode={PanOnScrollMode.Free}
          zoomOnScroll={false}
          zoomOnDoubleClick={false}
          selectionOnDrag={!isReadOnly}
          selectionMode={SelectionMode.Partial}
          selectionKeyCode={null}
          multiSelectionKeyCode="Shift"
          deleteKeyCode={null}
          disableKeyboardA11y
          nodeDragThreshold={3}
          connectionRadius={28}
          elevateNodesOnSelect={false}
          onlyRenderVisibleElements={nodes.length > DRAW_ALL_UP_TO}
          aria-label={isReadOnly ? 'Drawing of the workflow that ran' : 'Drawing of the workflow'}
        >
          <Background variant={BackgroundVariant.Dots} gap={GRID} size={1.5} />
          <CanvasControls />
        </ReactFlow>
        {isEmpty && !isReadOnly && <EmptyCanvas />}
        <CanvasPalette pointer={pointerOrMiddle} />
      </div>
    </CanvasMenu>
  )
}

/** The middle button pans; the left one selects. */
const PAN_BUTTONS = [1]

/** Where the pointer is on the canvas. */
function usePointer() {
  const { screenToFlowPosition } = useReactFlow()
  const surface = useRef<HTMLDivElement>(null)
  const last = useRef<{ x: number; y: number } | null>(null)

  const pointer = useCallback((): Point | null => {
    if (last.current === null) return null
    const { x, y } = screenToFlowPosition(last.current)
    return [x, y]
  }, [screenToFlowPosition])

  const pointerOrMiddle = useCallback((): Point => {
    const box = surface.current?.getBoundingClientRect()
    const middle = box === undefined ? { x: 0, y: 0 } : { x: box.x + box.width / 2 - 112, y: box.y + box.height / 2 - 32 }
    const { x, y } = screenToFlowPosition(middle)
    return pointer() ?? [x, y]
  }, [screenToFlowPosition, pointer])

  const onPointerMove = useCallback((event: React.PointerEvent) => {
    last.current = { x: event.clientX, y: event.clientY }
  }, [])
  const onPointerLeave = useCallback(() => {
    last.current = null
  }, [])
  return { surface, onPointerMove, onPointerLeave, pointer, pointerOrMiddle }
}
