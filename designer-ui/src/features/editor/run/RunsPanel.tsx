import { Link } from '@tanstack/react-router'
import { CircleStop, ExternalLink, Play, X } from 'lucide-react'

import { asProblem } from '@/api/problem'
import { cancelRun, hasEnded } from '@/api/runs'
import type { Run, Step } from '@/api/types'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { classNames } from '@/ui/class_names'
import { Duration } from '@/ui/Duration'
import { EmptyState } from '@/ui/EmptyState'
import { IconButton } from '@/ui/IconButton'
import { RelativeTime } from '@/ui/RelativeTime'
import { StatusIcon, statusLabel } from '@/ui/StatusBadge'
import { toast } from '@/ui/toast'

import { useActions, useEditor } from '../store/context'
import { useSession } from '../store/session'
import { StepList } from './StepList'

/** The latest runs of this workflow, and the steps of the one laid over the drawing. */
export function RunsPanel() {
  const actions = useActions()
  const { viewer } = useSession()
  const runs = useEditor((state) => state.runs)
  const overlay = useEditor((state) => state.overlay)
  const stepPath = useEditor((state) => state.stepPath)
  if (runs.length === 0) {
    return (
      <EmptyState
        icon={<Play />}
        title="Not run yet"
        action={
          <Button variant="primary" onClick={() => actions.set({ floating: { kind: 'run' } })}>
            Run it now
          </Button>
        }
      >
        Each run shows up here while it happens, with what went into every step and what came out.
      </EmptyState>
    )
  }
  const show = (step: Step) => {
    actions.select([step.node])
    actions.set({ stepPath: step.path, isInspectorOpen: true })
  }
  return (
    <div className="grid h-full min-h-0 grid-cols-[minmax(260px,2fr)_3fr]">
      <ul aria-label="Latest runs" className="m-0 min-h-0 list-none overflow-y-auto border-r border-line p-1">
        {runs.map((run) => (
          <li key={run.id}>
            <RunRow run={run} isShown={overlay?.run.id === run.id} onShow={() => viewer.show(run)} />
          </li>
        ))}
      </ul>
      <div className="flex min-h-0 flex-col">
        {overlay === null ? (
          <p className="p-4 text-muted">Choose a run to lay it over the drawing.</p>
        ) : (
          <>
            <RunBar run={overlay.run} onClear={() => viewer.clear()} />
            <div className="min-h-0 flex-1 overflow-y-auto">
              <StepList overlay={overlay} shown={stepPath} onShow={show} />
            </div>
          </>
        )}
      </div>
    </div>
  )
}

function RunRow({ run, isShown, onShow }: { run: Run; isShown: boolean; onShow: () => void }) {
  return (
    <button
      type="button"
      aria-current={isShown || undefined}
      onClick={onShow}
      className={classNames('flex h-8 w-full items-center gap-2 rounded-md px-2 text-left -outline-offset-2 hover:bg-hover', isShown && 'bg-accent-soft')}
    >
      <StatusIcon status={run.status} />
      <span className="sr-only">{statusLabel(run.status)}</span>
      <span className="min-w-0 flex-1 truncate">
        <RelativeTime atMs={run.created_at_ms} />
        <span className="ml-2 text-xs text-muted">{run.trigger.kind}</span>
      </span>
      <Badge>{run.revision === null ? 'draft' : `r${run.revision}`}</Badge>
      <Duration fromMs={run.started_at_ms} toMs={run.finished_at_ms} className="w-16 text-right text-xs text-muted tabular" />
    </button>
  )
}

function RunBar({ run, onClear }: { run: Run; onClear: () => void }) {
  const cancel = () => {
    cancelRun(run.id).catch((error: unknown) => toast({ tone: 'danger', title: 'Not cancelled', detail: asProblem(error).message }))
  }
  return (
    <div className="flex h-9 shrink-0 items-center gap-2 border-b border-line px-3">
      <StatusIcon status={run.status} />
      <span className="font-medium">{statusLabel(run.status)}</span>
      {run.error !== null && (
        <span className="min-w-0 flex-1 truncate text-danger-ink" title={run.error.message}>
          {run.error.message}
        </span>
      )}
      <div className="ml-auto flex items-center gap-1">
        {!hasEnded(run.status) && (
          <Button size="sm" variant="ghost" icon={<CircleStop />} onClick={cancel}>
            Cancel run
          </Button>
        )}
        <Button size="sm" variant="ghost" asChild>
          <Link to="/workflows/$id/runs/$runId" params={{ id: run.workflow_id, runId: run.id }}>
            <ExternalLink aria-hidden />
            Open run
          </Link>
        </Button>
        <IconButton size="sm" label="Take the run off the drawing" icon={<X />} onClick={onClear} />
      </div>
    </div>
  )
}
