import { useState } from 'react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { History, SearchX } from 'lucide-react'

import { asProblem } from '@/api/problem'
import { hasEnded, runsQuery } from '@/api/runs'
import type { BulkAction, Run } from '@/api/types'
import { BulkBar } from '@/features/runs/BulkBar'
import { BulkDialog } from '@/features/runs/BulkDialog'
import type { Target } from '@/features/runs/bulk'
import { RunsTable } from '@/features/runs/RunsTable'
import { filterOf, isFiltered, type RunsSearch } from '@/features/runs/search'
import { isChosen, NOTHING, type Selection, stillListed } from '@/features/runs/selection'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { EmptyState } from '@/ui/EmptyState'
import { ProblemCard } from '@/ui/ProblemCard'
import { TableSkeleton } from '@/ui/Skeleton'

const REFRESH_LIVE_MS = 2_000
const REFRESH_MS = 10_000

/** The runs that fit a search, and what is done with those that are chosen. */
export function RunsList({ search }: { search: RunsSearch }) {
  const [held, setSelection] = useState<Selection>(NOTHING)
  const [act, setAct] = useState<{ action: BulkAction; target: Target } | null>(null)
  const runs = useInfiniteQuery({
    ...runsQuery(filterOf(search)),
    refetchInterval: ({ state: { data } }) =>
      data?.pages.some((page) => page.items.some((run) => !hasEnded(run.status))) === true ? REFRESH_LIVE_MS : REFRESH_MS,
  })
  const items = runs.data?.pages.flatMap((page) => page.items) ?? []
  const selection = stillListed(held, items.map((run) => run.id))
  const chosen = items.filter((run) => isChosen(selection, run.id))
  const targetOf = (): Target =>
    selection.kind === 'all' ? { kind: 'filter', filter: filterOf(search) } : { kind: 'ids', ids: chosen.map((run) => run.id) }
  return (
    <>
      {runs.isPending && <TableSkeleton label="Loading runs" rows={8} columns={6} />}
      {runs.error && (
        <ProblemCard problem={asProblem(runs.error)} action={<Button onClick={() => void runs.refetch()}>Try again</Button>} />
      )}
      {runs.data && items.length === 0 && <Nothing search={search} />}
      {items.length > 0 && (
        <RunsTable
          runs={items}
          selection={selection}
          onSelect={setSelection}
          onDelete={(run: Run) => setAct({ action: 'delete', target: { kind: 'ids', ids: [run.id] } })}
        />
      )}
      {runs.data?.pages.some((page) => page.incomplete) === true && (
        <p role="status" className="text-sm text-muted">
          So many runs came lately that some can’t be searched yet. They are added while you look.
        </p>
      )}
      {runs.hasNextPage && (
        <Button className="self-center" busy={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
          Show older runs
        </Button>
      )}
      {(selection.kind === 'all' || chosen.length > 0) && (
        <BulkBar
          selection={selection}
          chosen={chosen}
          canChooseAll={runs.hasNextPage}
          isFiltered={isFiltered(search)}
          onAll={() => setSelection({ kind: 'all' })}
          onClear={() => setSelection(NOTHING)}
          onAct={(action) => setAct({ action, target: targetOf() })}
        />
      )}
      {act && (
        <BulkDialog
          {...act}
          names={new Map(items.map((run) => [run.id, run.workflow_name]))}
          onClose={() => setAct(null)}
          onDone={(failed) => setSelection({ kind: 'some', ids: new Set(failed), anchor: null })}
        />
      )}
    </>
  )
}

function Nothing({ search }: { search: RunsSearch }) {
  if (!isFiltered(search)) {
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
  return (
    <Card>
      <EmptyState
        icon={<SearchX />}
        title={search.status === 'person' ? 'No run needs a decision' : 'No run fits these filters'}
        action={
          <Button asChild>
            <Link to="/runs">Clear the filters</Link>
          </Button>
        }
      >
        {search.status === 'person'
          ? 'Steps that may have happened when the server stopped are listed here. What waits for an answer is on the Approvals page.'
          : 'Try other words, a longer time or another status.'}
      </EmptyState>
    </Card>
  )
}
