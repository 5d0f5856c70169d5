import { ArrowDownToLine } from 'lucide-react'
import { useState } from 'react'

import { EmptyState } from '@/ui/EmptyState'
import { Select } from '@/ui/Input'

import { DataPane } from '../data/DataPane'
import type { ExpressionContext } from '../expression/context'
import { reachable } from '../model/open_document'
import { useEditor } from '../store/context'

interface UpstreamPaneProps {
  node: string
  context: ExpressionContext
  onPickPath: (path: string) => void
}

/** Everything the step's expressions can take from: its input, and what the steps before it made. */
export function UpstreamPane({ node, context, onPickPath }: UpstreamPaneProps) {
  const doc = useEditor((state) => state.doc)
  const [chosen, setChosen] = useState('input')
  const before = reachable(doc, [node], 'upstream').filter((id) => id in context.steps)
  const options = [
    { value: 'input', label: 'Input' },
    ...('item' in context ? [{ value: 'item', label: 'Item of the loop' }] : []),
    ...before.map((id) => ({ value: `steps.${id}`, label: `Output of ${doc.nodes[id]?.name ?? id}` })),
    { value: 'trigger', label: 'Trigger' },
  ]
  const source = options.some((option) => option.value === chosen) ? chosen : 'input'
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex h-[37px] shrink-0 items-center border-b border-line px-2">
        <Select aria-label="Data to take from" value={source} options={options} onChange={setChosen} className="w-full" />
      </div>
      <div className="min-h-0 flex-1">
        <DataPane
          key={source}
          label="Incoming data"
          value={valueOf(context, source)}
          path={source}
          onPickPath={onPickPath}
          empty={
            <EmptyState icon={<ArrowDownToLine />} title="No data yet">
              Run the workflow: what arrives at this step is shown here, to be dragged into its settings.
            </EmptyState>
          }
        />
      </div>
    </div>
  )
}

function valueOf(context: ExpressionContext, source: string): unknown {
  if (source === 'input') return context.input
  if (source === 'item') return context.item
  return source === 'trigger' ? context.trigger : context.steps[source.slice('steps.'.length)]
}
