import { useMutation } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronRight, CircleStop, PencilRuler, RotateCw } from 'lucide-react'

import { asProblem } from '@/api/problem'
import { cancelRun, hasEnded, rerun } from '@/api/runs'
import type { Run } from '@/api/types'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Duration } from '@/ui/Duration'
import { RelativeTime } from '@/ui/RelativeTime'
import { StatusBadge } from '@/ui/StatusBadge'
import { toast } from '@/ui/toast'

import { copyText } from '../model/clipboard'
import { useEditorStore } from '../store/context'

const STARTED_BY = { manual: 'By hand', api: 'By the API', webhook: 'By a webhook', schedule: 'By its schedule', workflow: 'By another workflow', error: 'By a failed run' }

/** The bar above a run: how it went, and what can be done with it. */
export function RunHeader({ run }: { run: Run }) {
  const store = useEditorStore()
  const navigate = useNavigate()
  const fail = (title: string) => (error: Error) => toast({ tone: 'danger', title, detail: asProblem(error).message })
  const cancel = useMutation({ mutationFn: () => cancelRun(run.id), onError: fail('Not cancelled') })
  const again = useMutation({
    mutationFn: () => rerun(run.id),
    onSuccess: (next) => navigate({ to: '/workflows/$id/runs/$runId', params: { id: next.workflow_id, runId: next.id } }),
    onError: fail('Not run again'),
  })
  const copyToEditor = async () => {
    const { doc } = store.getState()
    try {
      await navigator.clipboard.writeText(copyText(doc, doc.order))
      toast({ title: 'The steps are on the clipboard', detail: 'Paste them into the drawing with Ctrl-V.' })
      await navigate({ to: '/workflows/$id', params: { id: run.workflow_id } })
    } catch {
      toast({ tone: 'danger', title: 'Not copied', detail: 'The browser did not allow access to the clipboard.' })
    }
  }
  return (
    <header className="flex h-14 shrink-0 items-center gap-2 border-b border-line bg-surface px-4">
      <nav aria-label="Breadcrumb" className="flex min-w-0 items-center gap-1 text-muted">
        <Link to="/runs" className="rounded-sm px-1 hover:text-ink">
          Runs
        </Link>
        <ChevronRight aria-hidden className="size-4 shrink-0" />
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
      {!hasEnded(run.status) && (
        <Button icon={<CircleStop />} busy={cancel.isPending} onClick={() => cancel.mutate()}>
          Cancel
        </Button>
      )}
      <Button icon={<PencilRuler />} onClick={() => void copyToEditor()}>
        Copy to editor
      </Button>
      <Button variant="primary" icon={<RotateCw />} busy={again.isPending} onClick={() => again.mutate()}>
        Run again
      </Button>
    </header>
  )
}
