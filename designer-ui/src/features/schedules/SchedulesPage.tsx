import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CalendarClock } from 'lucide-react'

import { asProblem } from '@/api/problem'
import { schedulesQuery } from '@/api/schedules'
import type { ScheduleRow } from '@/api/types'
import { MISSED, zonedTime } from '@/features/schedules/words'
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
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}

/** The times in the reader's zone, and in the schedule's where that is another. */
function FireTimes({ row }: { row: ScheduleRow }) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  if (row.next_ms.length === 0) return <span className="text-muted">It will not fire again.</span>
  return (
    <table className="tabular text-xs" aria-label={`Next fire times of ${row.workflow_name}`}>
      <thead className="sr-only">
        <tr>
          <th scope="col">In your time zone</th>
          {own !== row.timezone && <th scope="col">In {row.timezone}</th>}
          <th scope="col">From now</th>
        </tr>
      </thead>
      <tbody>
        {row.next_ms.map((atMs, index) => (
          <tr key={atMs} className={index === 0 ? 'font-medium' : 'text-muted'}>
            <td className="pr-4 whitespace-nowrap">{zonedTime(atMs, own)}</td>
            {own !== row.timezone && <td className="pr-4 font-normal whitespace-nowrap text-muted">{zonedTime(atMs, row.timezone)}</td>}
            <td className="font-normal whitespace-nowrap text-muted">
              <RelativeTime atMs={atMs} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
