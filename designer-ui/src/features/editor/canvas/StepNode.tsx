import type { NodeProps } from '@xyflow/react'
import { memo } from 'react'

import { classNames } from '@/ui/class_names'

import { NodeTypeIcon } from '../icons/NodeTypeIcon'
import { fullName } from '../model/names'
import { acceptsInput } from '../model/node_type'
import { summaryOf } from '../model/summary'
import type { FlowNode } from './flow'
import { PinnedBadge, ProblemBadge, RunStatus } from './NodeBadges'
import { NodeName } from './NodeName'
import { useNodeView } from './node_state'
import { InputPort, PortRows, Ports } from './Ports'

/** A step on the canvas: icon, name, what its settings come to, outputs, and how it fared. */
export const StepNode = memo(function StepNode({ id }: NodeProps<FlowNode>) {
  const view = useNodeView(id)
  if (view === null) return null
  const { node, type, ports, run, isPinned } = view
  const isDisabled = node.disabled === true
  const isStart = type?.role === 'trigger' || type?.role === 'cleanup'
  return (
    <div
      className={classNames('weft-node group', isStart && 'weft-node-trigger', isDisabled && 'weft-node-disabled', isPinned && 'weft-node-pinned')}
      data-status={run?.status}
    >
      {acceptsInput(type) && <InputPort />}
      <div className="relative flex h-16 items-center gap-3 pr-4 pl-3">
        <NodeTypeIcon type={type} size="lg" />
        <div className="min-w-0 flex-1">
          <NodeName node={node} />
          <span className={classNames('block truncate text-xs', type === undefined ? 'text-danger-ink' : 'text-muted')}>
            {isDisabled ? 'Disabled: passes its input on' : summaryOf(node, type)}
          </span>
        </div>
        {isDisabled && <span aria-hidden className="weft-pass-through" />}
      </div>
      <PortRows ports={ports} />
      <Ports node={id} name={fullName(node, type)} ports={ports} />
      {isPinned && <PinnedBadge />}
      <ProblemBadge node={id} />
      {run !== null && <RunStatus run={run} />}
    </div>
  )
})
