import type { ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import { CalendarClock, CircleAlert, Code, CornerDownRight, type LucideIcon, MousePointerClick, RefreshCw, RotateCcw, UserRound, Webhook, Workflow } from 'lucide-react'

import type { Run, TriggerKind } from '@/api/types'
import { RunActions } from '@/features/runs/RunActions'
import { Badge } from '@/ui/Badge'
import { Duration } from '@/ui/Duration'
import { RelativeTime } from '@/ui/RelativeTime'
import { StatusBadge } from '@/ui/StatusBadge'
import { Cell, Row } from '@/ui/Table'

const TRIGGERS: Record<TriggerKind, { label: string; icon: LucideIcon }> = {
  manual: { label: 'By hand', icon: MousePointerClick },
  api: { label: 'API', icon: Code },
  webhook: { label: 'Webhook', icon: Webhook },
  schedule: { label: 'Schedule', icon: CalendarClock },
  poll: { label: 'Poll', icon: RefreshCw },
  workflow: { label: 'Workflow', icon: Workflow },
  error: { label: 'A failed run', icon: CircleAlert },
}

interface RunRowProps {
  run: Run
  isChosen: boolean
  onDelete: () => void
  /** The box that chooses it. */
  children: ReactNode
}

export function RunRow({ run, isChosen, onDelete, children }: RunRowProps) {
  const { icon: TriggerIcon, label: trigger } = TRIGGERS[run.trigger.kind]
  return (
    <Row className={isChosen ? 'bg-accent-soft hover:bg-accent-soft' : undefined}>
      <Cell className="relative z-10 pr-0">{children}</Cell>
      <Cell className="max-sm:hidden">
        <StatusBadge status={run.status} />
      </Cell>
      <Cell className="w-full max-w-0 py-1.5">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <StatusBadge status={run.status} className="sm:hidden" />
          <Link
            to="/workflows/$id/runs/$runId"
            params={{ id: run.workflow_id, runId: run.id }}
            className="min-w-0 truncate font-medium after:absolute after:inset-0 hover:text-accent-ink"
          >
            {run.workflow_name}
            <span className="sr-only">, open this run</span>
          </Link>
          {run.revision === null ? <Badge tone="warning">Test</Badge> : <Badge>Revision {run.revision}</Badge>}
          <Attention run={run} />
        </div>
        {run.error && <p className="truncate text-xs text-danger-ink">{run.error.message}</p>}
        <Relations run={run} />
      </Cell>
      <Cell className="max-md:hidden">
        <span className="inline-flex items-center gap-1.5 whitespace-nowrap text-muted">
          <TriggerIcon aria-hidden className="size-3.5" />
          {trigger}
        </span>
      </Cell>
      <Cell className="whitespace-nowrap text-muted max-sm:hidden">
        <RelativeTime atMs={run.created_at_ms} />
      </Cell>
      <Cell className="tabular text-right whitespace-nowrap text-muted max-md:hidden">
        <Duration fromMs={run.started_at_ms} toMs={run.finished_at_ms} />
      </Cell>
      <Cell className="relative z-10 text-right whitespace-nowrap">
        <RunActions run={run} onDelete={onDelete} />
      </Cell>
    </Row>
  )
}

/** Somebody is needed. */
function Attention({ run }: { run: Run }) {
  if (run.incidents === 0) return null
  return (
    <Badge tone="warning" icon={<UserRound aria-hidden />}>
      {run.incidents === 1 ? 'A step needs you' : `${run.incidents} steps need you`}
    </Badge>
  )
}

function Relations({ run }: { run: Run }) {
  if (!run.parent && !run.retry_of) return null
  const look = 'relative z-10 inline-flex items-center gap-1 hover:text-accent-ink hover:underline [&_svg]:size-3 [&_svg]:shrink-0'
  return (
    <p className="flex flex-wrap gap-x-3 text-xs text-muted">
      {run.retry_of && (
        <Link to="/runs/$runId" params={{ runId: run.retry_of }} className={look}>
          <RotateCcw aria-hidden />
          Tries another run again
        </Link>
      )}
      {run.parent && (
        <Link to="/runs/$runId" params={{ runId: run.parent.run_id }} className={look}>
          <CornerDownRight aria-hidden />
          Called by another run
        </Link>
      )}
    </p>
  )
}
