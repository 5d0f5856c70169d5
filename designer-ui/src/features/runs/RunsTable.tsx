import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CalendarClock, CircleStop, Code, type LucideIcon, MousePointerClick, RotateCcw, Webhook } from 'lucide-react'

import { asProblem } from '@/api/problem'
import { cancelRun, hasEnded, rerun, runsKey } from '@/api/runs'
import type { Run, TriggerKind } from '@/api/types'
import { Badge } from '@/ui/Badge'
import { Duration } from '@/ui/Duration'
import { IconButton } from '@/ui/IconButton'
import { RelativeTime } from '@/ui/RelativeTime'
import { StatusBadge } from '@/ui/StatusBadge'
import { Cell, HeadCell, Row, Table, TableHead } from '@/ui/Table'
import { toast } from '@/ui/toast'

const TRIGGERS: Record<TriggerKind, { label: string; icon: LucideIcon }> = {
  manual: { label: 'By hand', icon: MousePointerClick },
  api: { label: 'API', icon: Code },
  webhook: { label: 'Webhook', icon: Webhook },
  schedule: { label: 'Schedule', icon: CalendarClock },
}

export function RunsTable({ runs }: { runs: Run[] }) {
  return (
    <Table label="Runs">
      <TableHead>
        <HeadCell>Status</HeadCell>
        <HeadCell>Workflow</HeadCell>
        <HeadCell className="max-md:hidden">Started by</HeadCell>
        <HeadCell className="max-sm:hidden">Created</HeadCell>
        <HeadCell className="text-right max-md:hidden">Took</HeadCell>
        <HeadCell className="w-12">
          <span className="sr-only">Actions</span>
        </HeadCell>
      </TableHead>
      <tbody>
        {runs.map((run) => (
          <RunRow key={run.id} run={run} />
        ))}
      </tbody>
    </Table>
  )
}

function RunRow({ run }: { run: Run }) {
  const { icon: TriggerIcon, label: trigger } = TRIGGERS[run.trigger.kind]
  return (
    <Row>
      <Cell>
        <StatusBadge status={run.status} />
      </Cell>
      <Cell className="w-full max-w-0">
        <div className="flex items-center gap-2">
          <Link
            to="/workflows/$id/runs/$runId"
            params={{ id: run.workflow_id, runId: run.id }}
            className="truncate font-medium after:absolute after:inset-0 hover:text-accent-ink"
          >
            {run.workflow_name}
            <span className="sr-only">, open this run</span>
          </Link>
          {run.revision === null ? <Badge tone="warning">Test</Badge> : <Badge>Revision {run.revision}</Badge>}
        </div>
        {run.error && <p className="truncate text-xs text-danger-ink">{run.error.message}</p>}
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
      <Cell className="relative z-10 text-right">{hasEnded(run.status) ? <Rerun run={run} /> : <Cancel run={run} />}</Cell>
    </Row>
  )
}

function Rerun({ run }: { run: Run }) {
  const queryClient = useQueryClient()
  const again = useMutation({
    mutationFn: () => rerun(run.id),
    onSuccess: async () => {
      toast({ tone: 'success', title: `${run.workflow_name} runs again`, detail: 'With the same input as before.' })
      await queryClient.invalidateQueries({ queryKey: runsKey })
    },
    onError: (error) => toast({ tone: 'danger', title: 'Could not run it again', detail: asProblem(error).message }),
  })
  return <IconButton label="Run again" icon={<RotateCcw />} disabled={again.isPending} onClick={() => again.mutate()} />
}

function Cancel({ run }: { run: Run }) {
  const queryClient = useQueryClient()
  const cancelling = useMutation({
    mutationFn: () => cancelRun(run.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: runsKey }),
    onError: (error) => toast({ tone: 'danger', title: 'Could not cancel the run', detail: asProblem(error).message }),
  })
  return <IconButton label="Cancel" icon={<CircleStop />} disabled={cancelling.isPending} onClick={() => cancelling.mutate()} />
}
