import { useState } from 'react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Plus, SearchX } from 'lucide-react'

import { asProblem } from '@/api/problem'
import { workflowsQuery } from '@/api/workflows'
import { CreateDialog } from '@/features/workflows/CreateDialog'
import { ImportButton } from '@/features/workflows/ImportButton'
import { matching } from '@/features/workflows/search'
import { StartPage } from '@/features/workflows/StartPage'
import { WorkflowsTable } from '@/features/workflows/WorkflowsTable'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { useDocumentTitle } from '@/ui/document_title'
import { EmptyState } from '@/ui/EmptyState'
import { SearchInput } from '@/ui/Input'
import { Kbd } from '@/ui/Kbd'
import { PageBody, TopBar } from '@/ui/Page'
import { ProblemCard } from '@/ui/ProblemCard'
import { TableSkeleton } from '@/ui/Skeleton'

const REFRESH_MS = 10_000

export function WorkflowsPage() {
  useDocumentTitle('Workflows')
  const [search, setSearch] = useState('')
  const [isCreating, setCreating] = useState(false)
  const workflows = useInfiniteQuery({ ...workflowsQuery, refetchInterval: REFRESH_MS })
  const all = workflows.data?.pages.flatMap((page) => page.items)
  const shown = all && matching(all, search)
  const create = (
    <Button variant="primary" icon={<Plus />} onClick={() => setCreating(true)}>
      New workflow
    </Button>
  )
  return (
    <>
      <TopBar title="Workflows">
        <ImportButton />
        {create}
      </TopBar>
      <PageBody>
        {workflows.isPending && <TableSkeleton label="Loading workflows" rows={6} columns={5} />}
        {workflows.error && (
          <ProblemCard problem={asProblem(workflows.error)} action={<Button onClick={() => void workflows.refetch()}>Try again</Button>} />
        )}
        {all?.length === 0 && <StartPage onCreate={() => setCreating(true)} />}
        {all && shown && all.length > 0 && (
          <>
            <div className="flex items-center gap-3">
              <SearchInput label="Search workflows" className="w-72" value={search} onChange={setSearch} end={<Kbd keys={['/']} />} />
              <span className="text-muted" role="status">
                {counted(shown.length, all.length, workflows.hasNextPage)}
              </span>
            </div>
            {shown.length > 0 ? <WorkflowsTable workflows={shown} /> : <NothingFound onClear={() => setSearch('')} />}
          </>
        )}
        {workflows.hasNextPage && (
          <Button className="self-center" busy={workflows.isFetchingNextPage} onClick={() => void workflows.fetchNextPage()}>
            Show more workflows
          </Button>
        )}
      </PageBody>
      <CreateDialog open={isCreating} onOpenChange={setCreating} />
    </>
  )
}

function NothingFound({ onClear }: { onClear: () => void }) {
  return (
    <Card>
      <EmptyState icon={<SearchX />} title="No workflow has these words" action={<Button onClick={onClear}>Clear the search</Button>}>
        Names and triggers are searched.
      </EmptyState>
    </Card>
  )
}

function counted(shown: number, all: number, hasMore: boolean): string {
  const total = `${all}${hasMore ? '+' : ''} ${all === 1 ? 'workflow' : 'workflows'}`
  return shown === all ? total : `${shown} of ${total}`
}
