import { CircleAlert, Pin, TriangleAlert } from 'lucide-react'

import { classNames } from '@/ui/class_names'
import { StatusIcon } from '@/ui/StatusBadge'
import { duration } from '@/ui/time'

import type { NodeRun } from '../run/overlay'
import { useActions, useEditor } from '../store/context'

/** What is wrong with a node; pressing it leads to the field. */
export function ProblemBadge({ node }: { node: string }) {
  const actions = useActions()
  const count = useEditor((state) => state.problems.filter((problem) => problem.node === node).length)
  const worst = useEditor(
    (state) =>
      state.problems.find((problem) => problem.node === node && problem.severity === 'error') ??
      state.problems.find((problem) => problem.node === node),
  )
  if (worst === undefined) return null
  const isError = worst.severity === 'error'
  const Icon = isError ? CircleAlert : TriangleAlert
  return (
    <button
      type="button"
      tabIndex={-1}
      className={classNames(
        'nodrag nopan absolute -top-2 -right-2 z-10 inline-flex h-5 items-center gap-1 rounded-full border bg-raised px-1 text-xs font-medium shadow-low',
        isError ? 'border-danger-ink/40 text-danger-ink' : 'border-warning-ink/40 text-warning-ink',
      )}
      title={worst.message}
      aria-label={`${count} ${count === 1 ? 'problem' : 'problems'}: ${worst.message}`}
      onClick={(event) => {
        event.stopPropagation()
        actions.jumpTo(worst)
      }}
    >
      <Icon aria-hidden className="size-3.5" />
      {count > 1 && count}
    </button>
  )
}

/** The node does not run in tries of the draft: its pinned output stands in. */
export function PinnedBadge() {
  return (
    <span
      title="Runs of the draft take the pinned output instead of running this step."
      className="absolute -top-2.5 left-3 z-10 inline-flex h-5 items-center gap-1 rounded-full border border-accent/50 bg-accent-soft px-1.5 text-xs font-medium text-accent-ink"
    >
      <Pin aria-hidden className="size-3" />
      Pinned
    </span>
  )
}

/** How the node fared in the run that is laid over the drawing. */
export function RunStatus({ run }: { run: NodeRun }) {
  const parts = [
    run.count > 1 && (run.failed > 0 ? `${run.failed}/${run.count} failed` : `${run.count}×`),
    run.attempt > 1 && `try ${run.attempt}`,
    run.durationMs !== null && run.status !== 'skipped' && duration(run.durationMs),
  ].filter(Boolean)
  return (
    <div className="pointer-events-none absolute top-full right-0 left-0 mt-1 flex items-center justify-center gap-1 text-xs text-muted tabular">
      <StatusIcon status={run.status} label className="size-3.5" />
      {parts.length > 0 ? <span>{parts.join(' · ')}</span> : <span className="capitalize">{run.status}</span>}
    </div>
  )
}
