import { useEffect, useRef, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'

import { isAbort } from '@/api/client'
import { type ApiProblem, asProblem } from '@/api/problem'
import { runsKey } from '@/api/runs'
import type { BulkAction } from '@/api/types'
import { inBulk, type Progress, runCount, type Target, WORDS } from '@/features/runs/bulk'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { ProblemCard } from '@/ui/ProblemCard'
import { Spinner } from '@/ui/Spinner'
import { toast } from '@/ui/toast'

interface BulkDialogProps {
  action: BulkAction
  target: Target
  /** The names of the workflows of runs that are known. */
  names: ReadonlyMap<string, string>
  onClose: () => void
  /** Told the runs it did not work for, when there are some. */
  onDone: (failed: string[]) => void
}

type Stage =
  | { kind: 'asking' }
  | { kind: 'working'; progress: Progress | null }
  | { kind: 'ended'; progress: Progress; isStopped: boolean }
  | { kind: 'refused'; problem: ApiProblem }

/** Asks before many runs are changed, tells how far it is, and lists what did not work. */
export function BulkDialog({ action, target, names, onClose, onDone }: BulkDialogProps) {
  const queryClient = useQueryClient()
  const [stage, setStage] = useState<Stage>({ kind: 'asking' })
  const stop = useRef<AbortController | null>(null)
  useEffect(() => () => stop.current?.abort(), [])
  const words = WORDS[action]
  const what = target.kind === 'ids' ? runCount(target.ids.length) : 'all runs that fit the filter'

  const act = async () => {
    const stopping = new AbortController()
    stop.current = stopping
    let last: Progress = { done: 0, failed: [], more: true }
    setStage({ kind: 'working', progress: null })
    try {
      last = await inBulk(action, target, {
        signal: stopping.signal,
        onProgress: (progress) => {
          last = progress
          setStage({ kind: 'working', progress })
        },
      })
    } catch (error) {
      if (!isAbort(error)) {
        setStage({ kind: 'refused', problem: asProblem(error) })
        return
      }
    } finally {
      void queryClient.invalidateQueries({ queryKey: runsKey })
    }
    onDone(last.failed.map(({ id }) => id))
    if (last.failed.length > 0 || last.more || stopping.signal.aborted) setStage({ kind: 'ended', progress: last, isStopped: stopping.signal.aborted })
    else {
      toast({ tone: 'success', title: words.done(last.done) })
      onClose()
    }
  }

  switch (stage.kind) {
    case 'asking':
      return (
        <Dialog
          open
          onOpenChange={onClose}
          size="sm"
          title={words.ask(what)}
          description={words.explanation}
          footer={
            <>
              <Button onClick={onClose}>{action === 'cancel' ? 'Keep running' : 'Cancel'}</Button>
              <Button variant={words.danger ? 'danger' : 'primary'} onClick={() => void act()}>
                {words.verb} {target.kind === 'ids' ? what : 'all'}
              </Button>
            </>
          }
        />
      )
    case 'working':
      return (
        <Dialog
          open
          onOpenChange={() => stop.current?.abort()}
          size="sm"
          title={`${words.busy}…`}
          footer={<Button onClick={() => stop.current?.abort()}>Stop</Button>}
        >
          <p role="status" className="flex items-center gap-2">
            <Spinner />
            {stage.progress === null ? `${words.busy} ${what}.` : `${runCount(stage.progress.done)} so far.`}
          </p>
        </Dialog>
      )
    case 'refused':
      return (
        <Dialog
          open
          onOpenChange={onClose}
          title="It did not work"
          footer={
            <>
              <Button onClick={onClose}>Close</Button>
              <Button variant="primary" onClick={() => void act()}>
                Try again
              </Button>
            </>
          }
        >
          <ProblemCard problem={stage.problem} />
        </Dialog>
      )
    case 'ended':
      return (
        <Dialog
          open
          onOpenChange={onClose}
          title={words.done(stage.progress.done)}
          description={restOf(stage.progress, stage.isStopped)}
          footer={
            <Button variant="primary" onClick={onClose}>
              Close
            </Button>
          }
        >
          {stage.progress.failed.length > 0 && <Failures failed={stage.progress.failed} names={names} />}
        </Dialog>
      )
  }
}

function restOf({ failed, more }: Progress, isStopped: boolean): string | undefined {
  const parts = [
    isStopped && 'Stopped before the end; the rest is as it was.',
    !isStopped && more && 'There are more runs that fit: one go takes a thousand.',
    failed.length > 0 && `It did not work for ${runCount(failed.length)}:`,
  ].filter((part) => part !== false)
  return parts.length === 0 ? undefined : parts.join(' ')
}

function Failures({ failed, names }: { failed: Progress['failed']; names: ReadonlyMap<string, string> }) {
  return (
    <ul aria-label="What did not work" className="m-0 max-h-72 list-none divide-y divide-line overflow-y-auto rounded-md border border-line p-0">
      {failed.map(({ id, code, message }) => (
        <li key={id} className="flex gap-2 px-3 py-2">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning-ink" />
          <div className="min-w-0 flex-1">
            <Link to="/runs/$runId" params={{ runId: id }} className="font-medium text-accent-ink hover:underline">
              {names.get(id) ?? id}
            </Link>
            <p className="break-words">{message}</p>
            <code className="font-mono text-xs text-muted">{code}</code>
          </div>
        </li>
      ))}
    </ul>
  )
}
