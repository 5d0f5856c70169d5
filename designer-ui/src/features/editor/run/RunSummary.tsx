import { useState } from 'react'
import { TriangleAlert } from 'lucide-react'

import { Segmented } from '@/ui/Segmented'

import { DataPane } from '../data/DataPane'
import { ErrorCard } from '../data/ErrorCard'
import type { Overlay } from './overlay'
import { RunRelations } from './RunRelations'
import { WaitingList } from './WaitingList'

/** What the whole run was given, what it made, what it waits for, and what ended it. */
export function RunSummary({ overlay }: { overlay: Overlay }) {
  const { run } = overlay
  const [shown, setShown] = useState<'none' | 'input' | 'output'>('none')
  return (
    <div className="border-b border-line p-3">
      <RunRelations run={run} />
      <WaitingList overlay={overlay} />
      {run.warning !== null && (
        <p className="mb-3 flex gap-1.5 rounded-md bg-warning-soft px-2 py-1.5 text-warning-ink">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span className="min-w-0">{run.warning}</span>
        </p>
      )}
      {run.error !== null && (
        <div className="mb-3">
          <ErrorCard error={run.error} />
        </div>
      )}
      <Segmented
        label="Data of the run"
        value={shown}
        onChange={setShown}
        options={[
          { value: 'none', label: 'Steps' },
          { value: 'input', label: 'Run input' },
          { value: 'output', label: 'Run output' },
        ]}
      />
      {shown !== 'none' && (
        <div className="mt-2 h-72 overflow-hidden rounded-md border border-line">
          <DataPane
            key={shown}
            label={shown === 'input' ? 'Run input' : 'Run output'}
            value={shown === 'input' ? run.input : run.output}
            path={shown === 'input' ? 'trigger' : 'output'}
            empty={<p className="p-4 text-muted">{shown === 'input' ? 'The run was started without input.' : 'The run has no output.'}</p>}
          />
        </div>
      )}
    </div>
  )
}
