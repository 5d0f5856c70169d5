import { Repeat } from 'lucide-react'
import { useMemo } from 'react'

import type { Step, StepWait } from '@/api/types'
import { classNames } from '@/ui/class_names'
import { Countdown } from '@/ui/Countdown'
import { StatusIcon, statusLabel } from '@/ui/StatusBadge'
import { duration } from '@/ui/time'

import { NodeTypeIcon } from '../icons/NodeTypeIcon'
import { nameOf } from '../model/names'
import { useEditor } from '../store/context'
import { inOrder, iterationOf, type Overlay } from './overlay'

/** More rows than this slow the page down and are read by nobody; failed steps always come along. */
const MOST_ROWS = 500

interface StepListProps {
  overlay: Overlay
  /** The path of the step that is shown. */
  shown: string | null
  onShow: (step: Step) => void
}

/** The steps of a run in the order they started, one line for each item of a loop. */
export function StepList({ overlay, shown, onShow }: StepListProps) {
  const nodes = useEditor((state) => state.doc.nodes)
  const types = useEditor((state) => state.types)
  const all = useMemo(() => inOrder(overlay), [overlay])
  const rows = useMemo(() => (all.length <= MOST_ROWS ? all : all.filter((step, index) => index < MOST_ROWS || step.status === 'failed')), [all])
  if (all.length === 0) return <p className="p-4 text-muted">No step has started yet.</p>
  return (
    <>
      <ol aria-label="Steps of the run" className="m-0 list-none p-1">
        {rows.map((step) => {
          const node = nodes[step.node]
          const items = iterationOf(step.path)
          return (
            <li key={step.path}>
              <button
                type="button"
                aria-current={step.path === shown || undefined}
                onClick={() => onShow(step)}
                className={classNames(
                  'flex h-8 w-full items-center gap-2 rounded-md px-2 text-left -outline-offset-2 hover:bg-hover aria-[current]:bg-accent-soft',
                  items.length > 0 && 'pl-6',
                )}
              >
                <StatusIcon status={step.status} />
                <NodeTypeIcon type={types[step.type]} size="sm" />
                <span className="min-w-12 flex-1 truncate">
                  {node === undefined ? step.node : nameOf(node)}
                  {items.length > 0 && (
                    <span className="ml-1.5 inline-flex items-center gap-0.5 text-xs text-muted tabular">
                      <Repeat aria-hidden className="size-3" />
                      [{items.join('][')}]
                    </span>
                  )}
                </span>
                {step.status === 'waiting' && step.waits && <StepWaits wait={step.waits} />}
                {step.attempt > 1 && step.waits?.kind !== 'retry' && <span className="text-xs whitespace-nowrap text-warning-ink">attempt {step.attempt}</span>}
                {step.port !== null && step.port !== 'out' && <span className="rounded-sm bg-sunken px-1 text-xs text-muted">{step.port}</span>}
                <span className="sr-only">{statusLabel(step.status)}</span>
                <span className="w-16 text-right text-xs text-muted tabular">{step.duration_ms === null ? '–' : duration(step.duration_ms)}</span>
              </button>
            </li>
          )
        })}
      </ol>
      {rows.length < all.length && (
        <p className="px-3 pb-3 text-xs text-muted">
          {rows.length} of {all.length} steps are shown: the first {MOST_ROWS} and all that failed.
        </p>
      )}
    </>
  )
}

const WAITS: Record<StepWait['kind'], string> = {
  timer: 'timer',
  retry: 'next try',
  signal: 'signal',
  approval: 'approval',
  interrupted: 'needs you',
  run: 'other run',
}

function StepWaits({ wait }: { wait: StepWait }) {
  return (
    <span className="block min-w-0 truncate rounded-sm bg-status-waiting-soft px-1 text-xs text-status-waiting tabular">
      {WAITS[wait.kind]}{' '}
      {(wait.kind === 'timer' || wait.kind === 'retry') && typeof wait.until_ms === 'number' && <Countdown untilMs={wait.until_ms} />}
    </span>
  )
}
