import { useMemo, useState } from 'react'
import { useMutation } from '@tanstack/react-query'
import { CheckCheck, CircleX, RotateCcw, TriangleAlert } from 'lucide-react'

import { asProblem } from '@/api/problem'
import { resolveStep } from '@/api/runs'
import type { Json, Resolution, Step } from '@/api/types'
import { Button } from '@/ui/Button'
import { toast } from '@/ui/toast'

import { nameOf } from '../model/names'
import { useActions, useEditor } from '../store/context'
import { JsonDialog } from './JsonDialog'
import type { Overlay } from './overlay'
import { interruptedOf } from './waits'

/** More at once would bury the page; the next follow as these are decided. */
const MOST = 3

/** Asks about the steps that were under way when the server stopped: nobody but a person can know whether they happened. */
export function InterruptedBanner({ overlay }: { overlay: Overlay }) {
  const steps = useMemo(() => interruptedOf(overlay), [overlay])
  if (steps.length === 0) return null
  return (
    <section aria-label="Steps to decide about" className="flex max-h-[45vh] flex-col overflow-y-auto border-b border-line bg-warning-soft">
      {steps.slice(0, MOST).map((step) => (
        <Interrupted key={step.path} runId={overlay.run.id} step={step} />
      ))}
      {steps.length > MOST && <p className="px-4 pb-2 text-xs text-warning-ink">{steps.length - MOST} more wait for the same.</p>}
    </section>
  )
}

const DONE: Record<Resolution, string> = {
  retry: 'It is done once more',
  done: 'It counts as done',
  fail: 'It counts as failed',
}

function Interrupted({ runId, step }: { runId: string; step: Step }) {
  const actions = useActions()
  const node = useEditor((state) => state.doc.nodes[step.node])
  const [isMarking, setIsMarking] = useState(false)
  const name = node === undefined ? step.node : nameOf(node)
  const decide = useMutation({
    mutationFn: ({ resolution, output }: { resolution: Resolution; output?: Json }) =>
      resolveStep(runId, { path: step.path, resolution, ...(output !== undefined && { output }) }),
    onSuccess: (_nothing, { resolution }) => {
      setIsMarking(false)
      toast({ tone: 'success', title: DONE[resolution], detail: `The run goes on after “${name}”.` })
    },
    onError: (error) => toast({ tone: 'danger', title: 'Nothing was decided', detail: asProblem(error).message }),
  })
  return (
    <div className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning-ink" />
      <div className="min-w-64 flex-1">
        <p className="font-semibold">This step may have happened: “{name}”</p>
        <p className="mt-0.5 max-w-prose">
          The server stopped while the step was under way, so it may have reached the other side or not, and doing it again could do it twice. Look
          there, then decide.
        </p>
        <button
          type="button"
          className="mt-1 text-xs font-medium text-accent-ink underline-offset-2 hover:underline"
          onClick={() => {
            actions.select([step.node])
            actions.set({ stepPath: step.path, isInspectorOpen: true })
          }}
        >
          See what it was given
        </button>
      </div>
      <div role="group" aria-label={`Decide about ${name}`} className="flex flex-wrap gap-2">
        <Button
          icon={<RotateCcw />}
          title="It did not happen: do it now."
          disabled={decide.isPending}
          onClick={() => decide.mutate({ resolution: 'retry' })}
        >
          Retry
        </Button>
        <Button icon={<CheckCheck />} title="It happened: go on with the output you give." disabled={decide.isPending} onClick={() => setIsMarking(true)}>
          Mark as done…
        </Button>
        <Button
          icon={<CircleX />}
          title="Go on as if it had failed: by its error port, or by failing the run."
          disabled={decide.isPending}
          onClick={() => decide.mutate({ resolution: 'fail' })}
        >
          Fail
        </Button>
      </div>
      {isMarking && (
        <JsonDialog
          title={`Mark “${name}” as done`}
          description="The run goes on as if the step had succeeded with this output. The steps after it see it as theirs."
          label="Output"
          initial={{}}
          confirmLabel="Mark as done"
          busy={decide.isPending}
          onConfirm={(output) => decide.mutate({ resolution: 'done', output })}
          onClose={() => setIsMarking(false)}
        />
      )}
    </div>
  )
}
