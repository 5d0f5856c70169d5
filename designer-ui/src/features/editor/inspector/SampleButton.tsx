import { useState } from 'react'
import { useMutation } from '@tanstack/react-query'
import { Inbox, SearchCheck } from 'lucide-react'

import { asProblem } from '@/api/problem'
import type { DocNode, Json } from '@/api/types'
import { sampleTrigger } from '@/api/workflows'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { EmptyState } from '@/ui/EmptyState'
import { ProblemCard } from '@/ui/ProblemCard'

import { DataPane } from '../data/DataPane'
import { ItemSwitcher } from '../expression/ItemSwitcher'
import { appendSegment } from '../expression/path'
import { useEditorStore } from '../store/context'
import { useSession } from '../store/session'

/** Has a trigger look for news now, to see what its runs would be about. */
export function SampleButton({ node }: { node: DocNode }) {
  const store = useEditorStore()
  const { autosave } = useSession()
  const sample = useMutation({
    mutationFn: async () => {
      if (!(await autosave.flush())) throw new Error('The draft could not be saved, and only what is saved can be asked for.')
      return await sampleTrigger(store.getState().workflowId, node.id)
    },
  })
  return (
    <>
      <Button size="sm" icon={<SearchCheck />} busy={sample.isPending} onClick={() => sample.mutate()}>
        Fetch a sample
      </Button>
      {!sample.isPending && !sample.isIdle && (
        <Dialog
          open
          onOpenChange={() => sample.reset()}
          size="lg"
          title="Sample"
          description="What would start runs now, at most ten. Nothing is started, and the trigger does not remember having looked."
          footer={<Button onClick={() => sample.reset()}>Close</Button>}
        >
          {sample.isError ? <ProblemCard problem={asProblem(sample.error)} /> : <Items items={sample.data.items} node={node.id} />}
        </Dialog>
      )}
    </>
  )
}

function Items({ items, node }: { items: Json[]; node: string }) {
  const [index, setIndex] = useState(0)
  if (items.length === 0) {
    return (
      <EmptyState icon={<Inbox />} title="Nothing new">
        The trigger found nothing that would start a run now. Some only tell of what happens after they were put into service.
      </EmptyState>
    )
  }
  return (
    <div className="flex flex-col gap-2">
      {items.length > 1 && (
        <div className="flex text-xs">
          <ItemSwitcher index={index} count={items.length} onChange={setIndex} />
        </div>
      )}
      <div className="h-[40vh] overflow-hidden rounded-md border border-line bg-surface">
        <DataPane label="Sample" value={items[index]} path={appendSegment('steps', node)} empty={<p className="p-3 text-muted">An empty item.</p>} />
      </div>
    </div>
  )
}
