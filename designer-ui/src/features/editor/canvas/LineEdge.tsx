import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath, getSmoothStepPath } from '@xyflow/react'
import { Plus, Trash } from 'lucide-react'
import { memo, useMemo, useRef, useState } from 'react'

import { classNames } from '@/ui/class_names'

import { ERROR, makeEdge, OUT } from '../model/document'
import { edgeRun, type EdgeRun } from '../run/overlay'
import { useActions, useEditor } from '../store/context'
import type { FlowEdge } from './flow'

const HIDE_AFTER_MS = 250

/** A line between two steps. Near it, buttons to put a step on it or take it away; over it, what a run sent along it. */
export const LineEdge = memo(function LineEdge(props: EdgeProps<FlowEdge>) {
  const { id, source, target, selected } = props
  const port = props.sourceHandleId ?? OUT
  const isReadOnly = useEditor((state) => state.isReadOnly)
  const edge = useMemo(() => makeEdge(source, port, target), [source, port, target])
  const sourceSteps = useEditor((state) => state.overlay?.byNode[source])
  const targetSteps = useEditor((state) => state.overlay?.byNode[target])
  const run = useMemo(() => edgeRun(sourceSteps, targetSteps, edge), [sourceSteps, targetSteps, edge])
  const near = useNear()
  const [path, x, y] = pathOf(props)
  return (
    <>
      <g onPointerEnter={near.enter} onPointerLeave={near.leave} data-edge={id}>
        <BaseEdge
          path={path}
          interactionWidth={20}
          className={classNames('weft-line', port === ERROR && 'weft-line-error', run !== null && `weft-line-${run.state}`)}
        />
      </g>
      {(run !== null || ((near.isNear || selected === true) && !isReadOnly)) && (
        <EdgeLabelRenderer>
          <div
            className="nodrag nopan weft-line-label"
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
            onPointerEnter={near.enter}
            onPointerLeave={near.leave}
          >
            {(near.isNear || selected === true) && !isReadOnly ? <LineTools port={port} edge={edge} /> : run !== null && <Delivered run={run} />}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  )
})

function LineTools({ port, edge }: { port: string; edge: ReturnType<typeof makeEdge> }) {
  const actions = useActions()
  return (
    <div className="flex items-center gap-1 rounded-full border border-line bg-raised p-0.5 shadow-high">
      {port !== OUT && <span className="pl-2 text-xs text-muted">{port}</span>}
      <button
        type="button"
        className="weft-plus"
        aria-label={`Insert a step between ${edge.from} and ${edge.to}`}
        onClick={() => actions.set({ floating: { kind: 'palette', place: { kind: 'between', edge } } })}
      >
        <Plus aria-hidden />
      </button>
      <button
        type="button"
        className="weft-plus hover:text-danger-ink"
        aria-label={`Remove the line from ${edge.from} to ${edge.to}`}
        onClick={() => actions.execute({ type: 'disconnect', edges: [edge] })}
      >
        <Trash aria-hidden />
      </button>
    </div>
  )
}

function Delivered({ run }: { run: EdgeRun }) {
  if (run.state === 'dead') return null
  const text = run.items !== null ? `${run.items} ${run.items === 1 ? 'item' : 'items'}` : run.times > 1 ? `${run.times}×` : null
  if (text === null) return null
  return <span className="pointer-events-none rounded-full border border-line bg-raised px-1.5 text-xs text-muted tabular">{text}</span>
}

/** Stays for a moment after the pointer left, so that it can reach the buttons. */
function useNear() {
  const [isNear, setIsNear] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  return {
    isNear,
    enter: () => {
      clearTimeout(timer.current)
      setIsNear(true)
    },
    leave: () => {
      clearTimeout(timer.current)
      timer.current = setTimeout(() => setIsNear(false), HIDE_AFTER_MS)
    },
  }
}

function pathOf(props: EdgeProps<FlowEdge>): [path: string, x: number, y: number] {
  const { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = props
  const ends = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition }
  const [path, x, y] = targetX < sourceX ? getSmoothStepPath({ ...ends, borderRadius: 12, offset: 28 }) : getBezierPath(ends)
  return [path, x, y]
}
