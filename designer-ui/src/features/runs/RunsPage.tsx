import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { History, SearchX } from 'lucide-react'

import { asProblem } from '@/api/problem'
import { hasEnded, runsQuery } from '@/api/runs'
import { RunsFilters } from '@/features/runs/RunsFilters'
import { RunsTable } from '@/features/runs/RunsTable'
import { filterOf, isFiltered } from '@/features/runs/search'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { useDocumentTitle } from '@/ui/document_title'
import { EmptyState } from '@/ui/EmptyState'
import { PageBody, TopBar } from '@/ui/Page'
import { ProblemCard } from '@/ui/ProblemCard'
import { TableSkeleton } from '@/ui/Skeleton'

const REFRESH_LIVE_MS = 2_000
const REFRESH_MS = 10_000

export function RunsPage() {
  useDocumentTitle('Runs')
  const search = useSearch({ from: '/shell/runs' })
  const runs = useInfiniteQuery({
    ...runsQuery(filterOf(search)),
    refetchInterval: ({ state: { data } }) =>
      data?.pages.some((page) => page.items.some((run) => !hasEnded(run.status))) === true ? REFRESH_LIVE_MS : REFRESH_MS,
  })
  const items = runs.data?.pages.flatMap((page) => page.items)
  return (
    <>
      <TopBar title="Runs" />
      <PageBody className="max-w-7xl">
        <RunsFilters search={search} />
        {runs.isPending && <TableSkeleton label="Loading runs" rows={8} columns={6} />}
        {runs.error && (
          <ProblemCard problem={asProblem(runs.error)} action={<Button onClick={() => void runs.refetch()}>Try again</Button>} />
        )}
        {items?.length === 0 && (isFiltered(search) ? <NothingFound /> : <NoRuns />)}
        {items && items.length > 0 && <RunsTable runs={items} />}
        {runs.hasNextPage && (
          <Button className="self-center" busy={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
            Show older runs
          </Button>
        )}
      </PageBody>
    </>
  )
}

function NoRuns() {
  return (
    <Card>
      <EmptyState
        icon={<History />}
        title="Nothing has run yet"
        action={
          <Button variant="primary" asChild>
            <Link to="/">Go to workflows</Link>
          </Button>
        }
      >
        Every run is kept here with the input, output and error of each step. Open a workflow and run it.
      </EmptyState>
    </Card>
  )
}

function NothingFound() {
  return (
    <Card>
      <EmptyState
        icon={<SearchX />}
        title="No run fits these filters"
        action={
          <Button asChild>
            <Link to="/runs">Clear the filters</Link>
          </Button>
        }
      >
        Try other words, a longer time or another status.
      </EmptyState>
    </Card>
  )
}
