import { type NodeProps, NodeResizer } from '@xyflow/react'
import { Plus } from 'lucide-react'
import { memo } from 'react'

import { classNames } from '@/ui/class_names'

import { NodeTypeIcon } from '../icons/NodeTypeIcon'
import { CONTAINER_PADDING, CONTAINER_SIZE, snap } from '../model/geometry'
import { fullName } from '../model/names'
import { rowsOf } from '../model/node_type'
import { absolute } from '../model/geometry'
import { summaryOf } from '../model/summary'
import { useActions, useEditor, useEditorStore } from '../store/context'
import type { FlowNode } from './flow'
import { PinnedBadge, ProblemBadge, RunStatus } from './NodeBadges'
import { NodeName } from './NodeName'
import { useNodeView } from './node_state'
import { InputPort, PortRows, Ports } from './Ports'

/** A container, such as a loop: a frame whose title is the step and whose body holds the steps it repeats. */
export const ContainerNode = memo(function ContainerNode({ id, selected }: NodeProps<FlowNode>) {
  const view = useNodeView(id)
  const actions = useActions()
  const isReadOnly = useEditor((state) => state.isReadOnly)
  if (view === null) return null
  const { node, type, ports, run, isPinned } = view
  return (
    <>
      <NodeResizer
        isVisible={selected && !isReadOnly}
        minWidth={CONTAINER_SIZE[0] / 2}
        minHeight={CONTAINER_SIZE[1] / 2}
        lineClassName="weft-resize-line"
        handleClassName="weft-resize-handle"
        onResizeEnd={(_event, { x, y, width, height }) =>
          actions.execute({ type: 'resize', id, at: [snap(x), snap(y)], size: [snap(width), snap(height)] })
        }
      />
      <div
        className={classNames('weft-node weft-container group size-full', node.disabled === true && 'weft-node-disabled')}
        data-status={run?.status}
      >
        <InputPort />
        <div className="flex h-12 items-center gap-2 rounded-t-[inherit] border-b border-line bg-surface px-3">
          <NodeTypeIcon type={type} size="md" />
          <div className="min-w-0 flex-1">
            <NodeName node={node} />
            <span className="block truncate text-xs text-muted">
              {node.disabled === true ? 'Disabled: passes its input on' : summaryOf(node, type)}
            </span>
          </div>
          {rowsOf(ports).length > 1 && (
            <div className="absolute top-12 right-0 w-24">
              <PortRows ports={ports} />
            </div>
          )}
        </div>
        <EmptyBody id={id} />
        <Ports node={id} name={fullName(node, type)} ports={ports} />
        {isPinned && <PinnedBadge />}
        <ProblemBadge node={id} />
        {run !== null && <RunStatus run={run} />}
      </div>
    </>
  )
})

function EmptyBody({ id }: { id: string }) {
  const store = useEditorStore()
  const isEmpty = useEditor((state) => !state.doc.order.some((other) => state.doc.nodes[other]?.inside === id))
  const isReadOnly = useEditor((state) => state.isReadOnly)
  if (!isEmpty || isReadOnly) return null
  const add = () => {
    const [x, y] = absolute(store.getState().doc, id)
    const point: [number, number] = [x + CONTAINER_PADDING.left, y + CONTAINER_PADDING.top]
    store.getState().actions.set({ floating: { kind: 'palette', place: { kind: 'point', point, inside: id } } })
  }
  return (
    <div className="absolute inset-x-3 top-15 bottom-3 flex items-center justify-center rounded-md border border-dashed border-line-strong/50">
      <button
        type="button"
        tabIndex={-1}
        className="nodrag nopan inline-flex h-8 items-center gap-1.5 rounded-md px-3 text-sm font-medium text-muted hover:bg-hover hover:text-ink"
        onClick={add}
      >
        <Plus aria-hidden className="size-4" />
        Add a step to repeat
      </button>
    </div>
  )
}
