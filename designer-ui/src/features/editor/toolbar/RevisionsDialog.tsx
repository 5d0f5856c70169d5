import { useQuery, useQueryClient } from '@tanstack/react-query'
import { GitCommitVertical, RotateCcw } from 'lucide-react'

import { asProblem } from '@/api/problem'
import { revisionQuery, revisionsQuery } from '@/api/workflows'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { EmptyState } from '@/ui/EmptyState'
import { ProblemCard } from '@/ui/ProblemCard'
import { RelativeTime } from '@/ui/RelativeTime'
import { Skeleton } from '@/ui/Skeleton'
import { toast } from '@/ui/toast'

import { useActions, useEditor } from '../store/context'

/** What was published, newest first; any of it can become the draft again. */
export function RevisionsDialog() {
  const isOpen = useEditor((state) => state.floating?.kind === 'revisions')
  return isOpen ? <Revisions /> : null
}

function Revisions() {
  const actions = useActions()
  const id = useEditor((state) => state.workflowId)
  const current = useEditor((state) => state.publishedRevision)
  const queryClient = useQueryClient()
  const revisions = useQuery(revisionsQuery(id))
  const close = () => actions.set({ floating: null })

  const restore = async (number: number) => {
    try {
      const { document } = await queryClient.query(revisionQuery(id, number))
      actions.execute({ type: 'replace', document, label: `Restore revision ${number}` })
      close()
      toast({ title: `The draft is revision ${number} again`, detail: 'Undo brings back what it was.' })
    } catch (error) {
      toast({ tone: 'danger', title: 'Not restored', detail: asProblem(error).message })
    }
  }
  return (
    <Dialog open onOpenChange={close} title="Revisions" description="Every published version stays as it was." size="lg">
      {revisions.isPending && <Skeleton className="h-24 w-full" />}
      {revisions.error && <ProblemCard problem={asProblem(revisions.error)} />}
      {revisions.data?.items.length === 0 && (
        <EmptyState icon={<GitCommitVertical />} title="Not published yet">
          Publishing keeps the draft as a revision that runs from then on.
        </EmptyState>
      )}
      <ul className="m-0 list-none divide-y divide-line p-0">
        {revisions.data?.items.map((revision) => (
          <li key={revision.number} className="flex items-center gap-3 py-2">
            <span className="w-10 font-semibold tabular">r{revision.number}</span>
            <span className="min-w-0 flex-1">
              <span className="block truncate">{revision.note ?? <span className="text-muted">No message</span>}</span>
              <span className="text-xs text-muted">
                <RelativeTime atMs={revision.created_at_ms} /> by {revision.created_by}
              </span>
            </span>
            {revision.number === current && <Badge tone="success">Runs now</Badge>}
            <Button size="sm" icon={<RotateCcw />} onClick={() => void restore(revision.number)}>
              Make it the draft
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
