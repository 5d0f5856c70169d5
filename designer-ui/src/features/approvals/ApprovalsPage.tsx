import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ChevronLeft, Inbox, MailQuestion, UserCheck } from 'lucide-react'

import { approvalsQuery } from '@/api/approvals'
import { asProblem } from '@/api/problem'
import type { Approval } from '@/api/types'
import { ApprovalDetail } from '@/features/approvals/ApprovalDetail'
import { ApprovalFacts } from '@/features/approvals/ApprovalFacts'
import { after, type ApprovalsSearch, isOpened, questionOf } from '@/features/approvals/search'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { classNames } from '@/ui/class_names'
import { useDocumentTitle } from '@/ui/document_title'
import { EmptyState } from '@/ui/EmptyState'
import { PageBody, TopBar } from '@/ui/Page'
import { ProblemCard } from '@/ui/ProblemCard'
import { Segmented } from '@/ui/Segmented'
import { TableSkeleton } from '@/ui/Skeleton'

const REFRESH_MS = 15_000

/** What waits for somebody's answer, and the place to give it. */
export function ApprovalsPage() {
  useDocumentTitle('Approvals')
  const search = useSearch({ from: '/shell/approvals' })
  const navigate = useNavigate({ from: '/approvals' })
  const status = search.status ?? 'open'
  const approvals = useInfiniteQuery({ ...approvalsQuery(status), refetchInterval: REFRESH_MS })
  const items = approvals.data?.pages.flatMap((page) => page.items)
  const isAsked = search.run !== undefined
  const opened = items?.find((approval) => isOpened(search, approval)) ?? (isAsked ? undefined : items?.[0])
  return (
    <>
      <TopBar title="Approvals">
        <Segmented
          label="Which approvals"
          value={status}
          onChange={(next) => void navigate({ search: next === 'answered' ? { status: next } : {} })}
          options={[
            { value: 'open', label: 'Open' },
            { value: 'answered', label: 'Answered' },
          ]}
        />
      </TopBar>
      <PageBody>
        {approvals.isPending && <TableSkeleton label="Loading approvals" columns={3} />}
        {approvals.error && (
          <ProblemCard problem={asProblem(approvals.error)} action={<Button onClick={() => void approvals.refetch()}>Try again</Button>} />
        )}
        {items?.length === 0 && !isAsked && <NoApprovals isOpen={status === 'open'} />}
        {items && (items.length > 0 || isAsked) && (
          <div className="grid items-start gap-4 md:grid-cols-[minmax(240px,320px)_1fr]">
            {/* On a phone the page shows the list or what is opened. */}
            <div className={classNames('flex flex-col gap-2', isAsked && 'max-md:hidden')}>
              <ApprovalList items={items} search={search} opened={opened} />
              {approvals.hasNextPage && (
                <Button busy={approvals.isFetchingNextPage} onClick={() => void approvals.fetchNextPage()}>
                  Show more
                </Button>
              )}
            </div>
            <Card className={classNames('p-5', !isAsked && 'max-md:hidden')}>
              <Link
                to="/approvals"
                search={status === 'answered' ? { status } : {}}
                className="mb-3 inline-flex h-8 items-center gap-1 font-medium text-accent-ink md:hidden"
              >
                <ChevronLeft aria-hidden className="size-4" />
                All approvals
              </Link>
              {opened ? (
                <ApprovalDetail
                  key={`${opened.run_id} ${opened.path}`}
                  approval={opened}
                  isOpen={status === 'open'}
                  onAnswered={() => {
                    const next = after(items, opened)
                    void navigate({ search: next ? { run: next.run_id, path: next.path } : {}, replace: true })
                  }}
                />
              ) : (
                <NotHere search={search} />
              )}
            </Card>
          </div>
        )}
      </PageBody>
    </>
  )
}

function ApprovalList({ items, search, opened }: { items: Approval[]; search: ApprovalsSearch; opened: Approval | undefined }) {
  return (
    <ul aria-label="Approvals" className="m-0 flex list-none flex-col gap-2 p-0">
      {items.map((approval) => (
        <li
          key={`${approval.run_id} ${approval.path}`}
          className={classNames(
            'relative rounded-lg border bg-surface p-3 shadow-low hover:bg-hover',
            approval === opened ? 'border-accent max-md:border-line' : 'border-line',
          )}
        >
          <Link
            to="/approvals"
            search={{ ...search, run: approval.run_id, path: approval.path }}
            aria-current={approval === opened || undefined}
            className="block font-medium break-words after:absolute after:inset-0 after:rounded-lg"
          >
            {questionOf(approval)}
          </Link>
          <p className="mb-1 truncate text-muted">{approval.workflow_name}</p>
          <ApprovalFacts approval={approval} />
        </li>
      ))}
    </ul>
  )
}

function NoApprovals({ isOpen }: { isOpen: boolean }) {
  return (
    <Card>
      <EmptyState
        icon={isOpen ? <Inbox /> : <UserCheck />}
        title={isOpen ? 'Nothing waits for an answer' : 'Nothing has been answered yet'}
        action={
          <Button variant="primary" asChild>
            <Link to="/">Go to workflows</Link>
          </Button>
        }
      >
        {isOpen
          ? 'Add an Approval step to a workflow: its runs wait there, and the question shows up here until somebody answers it.'
          : 'What people decided is kept here, with the run it belongs to.'}
      </EmptyState>
    </Card>
  )
}

/** A link may be older than the answer. */
function NotHere({ search: { run = '' } }: { search: ApprovalsSearch }) {
  return (
    <EmptyState
      icon={<MailQuestion />}
      title="This one is no longer open"
      action={
        <Button asChild>
          <Link to="/runs/$runId" params={{ runId: run }}>
            Open the run
          </Link>
        </Button>
      }
    >
      Somebody answered it, it expired, or its run ended. The run shows what became of it.
    </EmptyState>
  )
}
