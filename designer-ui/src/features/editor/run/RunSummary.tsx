import { useState } from 'react'

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
