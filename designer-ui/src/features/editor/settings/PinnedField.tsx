import { lazy, Suspense } from 'react'
import { Pin, PinOff } from 'lucide-react'

import type { Json } from '@/api/types'
import { Button } from '@/ui/Button'
import { Skeleton } from '@/ui/Skeleton'

import { fieldOf } from './fields'

const JsonWidget = lazy(() => import('./widgets/JsonWidget'))

const FIELD = fieldOf('pinned', { title: 'Pinned output' }, false)
const NO_CONTEXT = { input: undefined, steps: {}, trigger: undefined, run: undefined, vars: {} }

interface PinnedFieldProps {
  pinned: Json | undefined
  /** The output of the step in the run that is shown. */
  output: Json | undefined
  onChange: (pinned: Json | undefined) => void
}

/** An output that stands in for the step while the draft is tried, so that nothing is called again and again. */
export function PinnedField({ pinned, output, onChange }: PinnedFieldProps) {
  const isPinned = pinned !== undefined
  const canPin = output !== undefined && output !== null
  return (
    <section aria-label="Pinned output" className="flex flex-col gap-2 border-t border-line pt-4">
      <div className="flex items-start justify-between gap-4">
        <div>
          <p className="font-medium">Pinned output</p>
          <p className="text-xs text-muted">
            {isPinned
              ? 'Runs of the draft take this instead of running the step. Published runs do not.'
              : 'Stands in for the step when the draft is run, and never in published runs.'}
          </p>
        </div>
        {isPinned ? (
          <Button size="sm" icon={<PinOff />} onClick={() => onChange(undefined)}>
            Unpin
          </Button>
        ) : (
          <Button
            size="sm"
            icon={<Pin />}
            title={canPin ? 'Pins the output of the run that is shown' : 'No run with an output of this step is shown: write one'}
            onClick={() => onChange(canPin ? output : {})}
          >
            {canPin ? 'Pin this output' : 'Write one'}
          </Button>
        )}
      </div>
      {isPinned && (
        <Suspense fallback={<Skeleton className="h-24 w-full" />}>
          <JsonWidget
            field={FIELD}
            value={pinned}
            // What the JSON editor parsed is JSON; an empty text unpins.
            onChange={(next) => onChange(next as Json | undefined)}
            control={{ id: 'pinned-output' }}
            problems={[]}
            path="pinned"
            context={NO_CONTEXT}
            scopes={[]}
          />
        </Suspense>
      )}
    </section>
  )
}
