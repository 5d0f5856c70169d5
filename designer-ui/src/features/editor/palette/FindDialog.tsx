import { useMemo, useState } from 'react'

import { Dialog } from '@/ui/Dialog'

import { NodeTypeIcon } from '../icons/NodeTypeIcon'
import { fullName } from '../model/names'
import { nodesOf } from '../model/open_document'
import { summaryOf } from '../model/summary'
import { useActions, useEditor } from '../store/context'
import { Picker } from './Picker'

/** Finds a step of the open workflow by its name, type or settings. */
export function FindDialog({ onFound }: { onFound: (id: string) => void }) {
  const isOpen = useEditor((state) => state.floating?.kind === 'find')
  return isOpen ? <Find onFound={onFound} /> : null
}

function Find({ onFound }: { onFound: (id: string) => void }) {
  const actions = useActions()
  const doc = useEditor((state) => state.doc)
  const types = useEditor((state) => state.types)
  const [query, setQuery] = useState('')
  const groups = useMemo(() => {
    const wanted = query.toLowerCase()
    const options = nodesOf(doc)
      .map((node) => {
        const type = types[node.type]
        return { id: node.id, title: fullName(node, type), detail: summaryOf(node, type), icon: <NodeTypeIcon type={type} /> }
      })
      .filter((option) => `${option.title} ${option.detail} ${option.id}`.toLowerCase().includes(wanted))
    return options.length === 0 ? [] : [{ title: 'Steps', options }]
  }, [doc, types, query])
  return (
    <Dialog open onOpenChange={() => actions.set({ floating: null })} title="Find a step" titleHidden size="md" className="h-[min(480px,70vh)]">
      <div className="flex h-full flex-col">
        <Picker
          label="Find a step"
          placeholder="Name, type or setting"
          query={query}
          onQuery={setQuery}
          groups={groups}
          onChoose={(id) => {
            actions.select([id])
            actions.set({ floating: null })
            onFound(id)
          }}
          empty="No step of this workflow fits."
        />
      </div>
    </Dialog>
  )
}
