import { ArrowDownToLine, CirclePlay, Pin, ScrollText } from 'lucide-react'
import { type ReactNode, useState } from 'react'

import type { Json, Step } from '@/api/types'
import { Badge } from '@/ui/Badge'
import { EmptyState } from '@/ui/EmptyState'
import { IconButton } from '@/ui/IconButton'
import { type Tab, Tabs } from '@/ui/Tabs'

import { appendSegment } from '../expression/path'
import { DataPane } from './DataPane'
import { ErrorCard } from './ErrorCard'
import { LogList } from './LogList'
import { countText, sizeOf } from './values'

/** Keeping an output for further tries of the draft. */
export interface PinProps {
  pinned: Json | undefined
  onPin: (pinned: Json | undefined) => void
}

export interface StepDataPanesProps {
  /** The step of the run that is shown; nothing when there is no run, or it did not come here. */
  step: Step | null
  /** Called with a path such as `steps.order_in.body.id` when it is picked for a field. */
  onPickPath?: ((path: string) => void) | undefined
  pin?: PinProps | undefined
}

/** What went into a step, what came out, what failed and what it logged. */
export function StepDataPanes({ step, onPickPath, pin }: StepDataPanesProps) {
  const [chosen, setChosen] = useState<string | null>(null)
  if (!step) {
    return (
      <EmptyState icon={<CirclePlay />} title="No data yet">
        Run the workflow: what goes into this step and what comes out of it is shown here.
      </EmptyState>
    )
  }
  const tabs = tabsOf(step, onPickPath)
  // Failed steps open with their error, until someone looks at something else.
  const fallback = step.error ? 'error' : 'output'
  const value = tabs.some(({ id }) => id === chosen) && chosen !== null ? chosen : fallback
  return <Tabs label="Data of the step" tabs={tabs} value={value} onChange={setChosen} actions={pin && <PinButton step={step} {...pin} />} className="h-full" contentClassName="overflow-hidden" />
}

function tabsOf(step: Step, onPickPath: StepDataPanesProps['onPickPath']): Tab[] {
  const logs = step.logs ?? []
  return [
    {
      id: 'input',
      label: <TabLabel text="Input" value={step.input} />,
      content: (
        <DataPane
          key={step.path}
          label="Input"
          value={step.input}
          path="input"
          onPickPath={onPickPath}
          empty={
            <EmptyState icon={<ArrowDownToLine />} title="No input">
              Nothing arrived at this step{step.status === 'skipped' ? ': it was skipped.' : '.'}
            </EmptyState>
          }
        />
      ),
    },
    {
      id: 'output',
      label: <TabLabel text="Output" value={step.output} />,
      content: (
        <DataPane
          key={step.path}
          label="Output"
          value={step.output}
          path={appendSegment('steps', step.node)}
          onPickPath={onPickPath}
          empty={
            <EmptyState icon={<CirclePlay />} title="No output">
              {noOutput(step)}
            </EmptyState>
          }
        />
      ),
    },
    ...(step.error
      ? [
          {
            id: 'error',
            label: <span className="text-danger-ink">Error</span>,
            content: (
              <div className="h-full overflow-auto p-3">
                <ErrorCard error={step.error} />
              </div>
            ),
          },
        ]
      : []),
    {
      id: 'logs',
      label: (
        <>
          Logs
          {logs.length > 0 && <Badge>{logs.length}</Badge>}
        </>
      ),
      content:
        logs.length > 0 ? (
          <LogList logs={logs} />
        ) : (
          <EmptyState icon={<ScrollText />} title="No logs">
            This step wrote nothing to its log.
          </EmptyState>
        ),
    },
  ]
}

function PinButton({ step, pinned, onPin }: PinProps & { step: Step }) {
  if (pinned !== undefined) return <IconButton size="sm" label="Unpin the output" aria-pressed icon={<Pin />} onClick={() => onPin(undefined)} />
  if (step.status !== 'succeeded' || step.output === null) return null
  return <IconButton size="sm" label="Pin this output for runs of the draft" icon={<Pin />} onClick={() => onPin(step.output)} />
}

function TabLabel({ text, value }: { text: string; value: unknown }): ReactNode {
  return (
    <>
      {text}
      {sizeOf(value) > 0 && <Badge>{countText(value)}</Badge>}
    </>
  )
}

function noOutput(step: Step): string {
  switch (step.status) {
    case 'running':
      return 'The step is still running.'
    case 'waiting':
      return 'The step waits; its output comes when it goes on.'
    case 'failed':
      return 'The step failed before it had one.'
    case 'skipped':
      return 'The step was skipped: no branch led to it.'
    case 'cancelled':
      return 'The run was cancelled before the step had one.'
    case 'succeeded':
      return 'The step succeeded with nothing to pass on.'
  }
}
