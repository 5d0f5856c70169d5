import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CalendarClock } from 'lucide-react'

import { asProblem } from '@/api/problem'
import { schedulesQuery } from '@/api/schedules'
import type { ScheduleRow } from '@/api/types'
import { FireTimes } from '@/features/schedules/FireTimes'
import { MISSED } from '@/features/schedules/words'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { useDocumentTitle } from '@/ui/document_title'
import { EmptyState } from '@/ui/EmptyState'
import { PageBody, TopBar } from '@/ui/Page'
import { ProblemCard } from '@/ui/ProblemCard'
import { RelativeTime } from '@/ui/RelativeTime'
import { TableSkeleton } from '@/ui/Skeleton'
import { Card } from '@/ui/Card'
import { Cell, HeadCell, Row, Table, TableHead } from '@/ui/Table'
import { duration } from '@/ui/time'

const REFRESH_MS = 30_000

export function SchedulesPage() {
  useDocumentTitle('Schedules')
  const schedules = useQuery({ ...schedulesQuery, refetchInterval: REFRESH_MS })
  return (
    <>
      <TopBar title="Schedules" />
      <PageBody>
        {schedules.isPending && <TableSkeleton label="Loading schedules" columns={4} />}
        {schedules.error && (
          <ProblemCard problem={asProblem(schedules.error)} action={<Button onClick={() => void schedules.refetch()}>Try again</Button>} />
        )}
        {schedules.data?.items.length === 0 && <NoSchedules />}
        {schedules.data && schedules.data.items.length > 0 && <Schedules rows={schedules.data.items} />}
      </PageBody>
    </>
  )
}

function NoSchedules() {
  return (
    <Card>
      <EmptyState
        icon={<CalendarClock />}
        title="Nothing is scheduled"
        action={
          <Button variant="primary" asChild>
            <Link to="/">Go to workflows</Link>
          </Button>
        }
      >
        Add a Schedule step to a workflow and publish it. Its next fire times appear here.
      </EmptyState>
    </Card>
  )
}

function Schedules({ rows }: { rows: ScheduleRow[] }) {
  return (
    <Table label="Schedules">
      <TableHead>
        <HeadCell>Workflow</HeadCell>
        <HeadCell>Schedule</HeadCell>
        <HeadCell>Next fire times</HeadCell>
        <HeadCell>If missed</HeadCell>
        <HeadCell>Last fired</HeadCell>
      </TableHead>
      <tbody>
        {rows.map((row) => (
          <Row key={`${row.workflow_id}/${row.node}`}>
            <Cell className="py-3 align-top">
              <Link to="/workflows/$id" params={{ id: row.workflow_id }} className="font-medium hover:text-accent-ink hover:underline">
                {row.workflow_name}
              </Link>
              <div className="text-xs text-muted">{row.node}</div>
            </Cell>
            <Cell className="py-3 align-top">
              <code className="font-mono text-xs">{row.cron}</code>
              <div className="text-xs text-muted">{row.timezone}</div>
              {row.jitter_ms > 0 && <div className="text-xs text-muted">Up to {duration(row.jitter_ms)} later</div>}
            </Cell>
            <Cell className="py-3 align-top">
              <FireTimes row={row} />
            </Cell>
            <Cell className="py-3 align-top">
              <Badge>{MISSED[row.missed].label}</Badge>
              <div className="mt-1 max-w-44 text-xs text-muted">{MISSED[row.missed].explanation}</div>
            </Cell>
            <Cell className="py-3 align-top whitespace-nowrap">
              {row.last_fired_ms === null ? <span className="text-muted">Never</span> : <RelativeTime atMs={row.last_fired_ms} />}
              <Link
                to="/schedules/$id"
                params={{ id: row.id }}
                aria-label={`History of ${row.workflow_name}`}
                className="block font-medium text-accent-ink hover:underline"
              >
                History
              </Link>
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
