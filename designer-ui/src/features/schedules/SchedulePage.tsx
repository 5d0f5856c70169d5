import type { ReactNode } from 'react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { CalendarClock, ChevronRight, History } from 'lucide-react'

import { asProblem } from '@/api/problem'
import { firesQuery, schedulesQuery } from '@/api/schedules'
import type { ScheduleRow } from '@/api/types'
import { FireTimes } from '@/features/schedules/FireTimes'
import { Ledger } from '@/features/schedules/Ledger'
import { MISSED, OVERLAP } from '@/features/schedules/words'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { useDocumentTitle } from '@/ui/document_title'
import { EmptyState } from '@/ui/EmptyState'
import { PageBody, TopBar } from '@/ui/Page'
import { ProblemCard } from '@/ui/ProblemCard'
import { TableSkeleton } from '@/ui/Skeleton'
import { duration } from '@/ui/time'

const REFRESH_MS = 15_000

/** One schedule: when it fires, and what became of every moment so far. */
export function SchedulePage() {
  const { id } = useParams({ from: '/shell/schedules/$id' })
  const schedules = useQuery({ ...schedulesQuery, refetchInterval: REFRESH_MS })
  const fires = useInfiniteQuery({ ...firesQuery(id), refetchInterval: REFRESH_MS })
  const row = schedules.data?.items.find((each) => each.id === id)
  const items = fires.data?.pages.flatMap((page) => page.items)
  useDocumentTitle(row === undefined ? 'Schedule' : `Schedule of ${row.workflow_name}`)
  return (
    <>
      <TopBar
        title={
          <span className="flex items-center gap-1">
            <Link to="/schedules" className="rounded-sm px-1 font-normal text-muted hover:text-ink">
              Schedules
            </Link>
            <ChevronRight aria-hidden className="size-4 shrink-0 text-muted" />
            <span className="truncate">{row?.workflow_name ?? 'Schedule'}</span>
          </span>
        }
      >
        {row && (
          <Button asChild>
            <Link to="/workflows/$id" params={{ id: row.workflow_id }}>
              Open workflow
            </Link>
          </Button>
        )}
      </TopBar>
      <PageBody>
        {row && <Facts row={row} />}
        {schedules.data && !row && <OutOfService />}
        <h2 className="text-base font-semibold">What became of each moment</h2>
        {fires.isPending && <TableSkeleton label="Loading the history" columns={4} />}
        {fires.error && (
          <ProblemCard problem={asProblem(fires.error)} action={<Button onClick={() => void fires.refetch()}>Try again</Button>} />
        )}
        {items?.length === 0 && (
          <Card>
            <EmptyState icon={<History />} title="It has not fired yet">
              Each moment of the schedule is kept here: the run it started, or the reason why there is none.
            </EmptyState>
          </Card>
        )}
        {items && items.length > 0 && <Ledger fires={items} timezone={row?.timezone} />}
        {fires.hasNextPage && (
          <Button className="self-center" busy={fires.isFetchingNextPage} onClick={() => void fires.fetchNextPage()}>
            Show older moments
          </Button>
        )}
      </PageBody>
    </>
  )
}

function Facts({ row }: { row: ScheduleRow }) {
  return (
    <Card className="grid gap-x-8 gap-y-4 p-5 sm:grid-cols-2">
      <dl className="grid grid-cols-[auto_1fr] content-start gap-x-4 gap-y-2">
        <Fact name="Cron">
          <code className="font-mono text-xs">{row.cron}</code>
        </Fact>
        <Fact name="Time zone">{row.timezone}</Fact>
        <Fact name="Step">
          <code className="font-mono text-xs">{row.node}</code>
        </Fact>
        <Fact name="If missed">
          {MISSED[row.missed].label}
          <span className="block text-xs text-muted">
            {MISSED[row.missed].explanation}
            {row.missed_window_ms !== null && row.missed !== 'none' && ` Not older than ${duration(row.missed_window_ms)}.`}
          </span>
        </Fact>
        <Fact name="Jitter">{row.jitter_ms === 0 ? 'None: it starts on time' : `Each start is up to ${duration(row.jitter_ms)} later`}</Fact>
        <Fact name="If one still runs">{OVERLAP[row.overlap]}</Fact>
      </dl>
      <div>
        <h2 className="mb-2 font-medium">Next moments</h2>
        <FireTimes row={row} />
      </div>
    </Card>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}

function OutOfService() {
  return (
    <p className="flex gap-2 rounded-lg border border-line bg-surface p-4 text-muted">
      <CalendarClock aria-hidden className="mt-0.5 size-4 shrink-0" />
      This schedule is not in service: its workflow is not published, or its step was removed. What it did is still kept below.
    </p>
  )
}
