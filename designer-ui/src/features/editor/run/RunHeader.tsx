import { useState } from 'react'
import { Link } from '@tanstack/react-router'
import { ChevronRight, CircleStop, RotateCcw, RotateCw } from 'lucide-react'

import { hasEnded } from '@/api/runs'
import type { Run } from '@/api/types'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Duration } from '@/ui/Duration'
import { RelativeTime } from '@/ui/RelativeTime'
import { StatusBadge } from '@/ui/StatusBadge'

import { canRetry, RunMenu } from './RunMenu'
import { useRunDeeds } from './use_run_deeds'

const STARTED_BY = {
  manual: 'By hand',
  api: 'By the API',
  webhook: 'By a webhook',
  schedule: 'By its schedule',
  poll: 'By a poll',
  workflow: 'By another workflow',
  error: 'By a failed run',
}

/** The bar above a run: how it went, and what can be done with it. */
export function RunHeader({ run }: { run: Run }) {
  const deeds = useRunDeeds(run)
  return (
    <header className="flex min-h-14 shrink-0 flex-wrap items-center gap-2 border-b border-line bg-surface px-4 py-2">
      <nav aria-label="Breadcrumb" className="flex min-w-0 items-center gap-1 text-muted">
        <Link to="/runs" className="rounded-sm px-1 hover:text-ink max-sm:hidden">
          Runs
        </Link>
        <ChevronRight aria-hidden className="size-4 shrink-0 max-sm:hidden" />
        <Link to="/workflows/$id" params={{ id: run.workflow_id }} className="truncate rounded-sm px-1 hover:text-ink">
          {run.workflow_name}
        </Link>
        <ChevronRight aria-hidden className="size-4 shrink-0" />
        <h1 tabIndex={-1} className="truncate px-1 text-base font-semibold text-ink">
          Run <RelativeTime atMs={run.created_at_ms} />
        </h1>
      </nav>
      <StatusBadge status={run.status} />
      <Badge>{run.revision === null ? 'Draft' : `Revision ${run.revision}`}</Badge>
      <span className="flex items-center gap-2 truncate text-xs text-muted max-lg:hidden">
        {STARTED_BY[run.trigger.kind]} · <Duration fromMs={run.started_at_ms} toMs={run.finished_at_ms} className="tabular" />
      </span>
      <span className="flex-1" />
      {!hasEnded(run.status) && <Cancel cancel={deeds.cancel} />}
      <Button
        variant={canRetry(run) ? 'secondary' : 'primary'}
        icon={<RotateCw />}
        busy={deeds.again.isPending}
        onClick={() => deeds.again.mutate(undefined)}
      >
        Run again
      </Button>
      {canRetry(run) && (
        <Button
          variant="primary"
          icon={<RotateCcw />}
          title="A new run goes on from the step that failed."
          busy={deeds.retry.isPending}
          onClick={() => deeds.retry.mutate(undefined)}
        >
          Retry
        </Button>
      )}
      <RunMenu run={run} deeds={deeds} />
    </header>
  )
}

/** Cancelling takes as long as what is under way needs to stop, and as its clean-up needs: until then the button says so. */
function Cancel({ cancel }: { cancel: ReturnType<typeof useRunDeeds>['cancel'] }) {
  const [isAsked, setIsAsked] = useState(false)
  const isUnderWay = cancel.isPending || isAsked
  return (
    <span role="status">
      <Button icon={<CircleStop />} busy={isUnderWay} onClick={() => cancel.mutate(undefined, { onSuccess: () => setIsAsked(true) })}>
        {isUnderWay ? 'Cancelling…' : 'Cancel'}
      </Button>
    </span>
  )
}
