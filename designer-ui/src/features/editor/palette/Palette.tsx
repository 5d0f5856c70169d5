import { useMemo, useState } from 'react'

import type { NodeType } from '@/api/types'
import { Dialog } from '@/ui/Dialog'
import { Kbd } from '@/ui/Kbd'

import { HUES, NodeTypeIcon } from '../icons/NodeTypeIcon'
import { hasOutputs } from '../model/node_type'
import { Picker } from './Picker'
import { recentTypes, rememberType } from './recents'
import { groupsFor } from './search'

/** What the new step has to fit: anything, or something that takes input, and on a line also gives output. */
export type Fit = 'any' | 'takes_input' | 'on_line'

interface PaletteProps {
  types: readonly NodeType[]
  fit: Fit
  /** Where the step goes, in words: "after If big". */
  where: string
  onChoose: (type: NodeType) => void
  onClose: () => void
}

/** Everything that can be added, found by typing. */
export function Palette({ types, fit, where, onChoose, onClose }: PaletteProps) {
  const [query, setQuery] = useState('')
  const [activeId, setActiveId] = useState<string | null>(null)
  const fitting = useMemo(() => types.filter((type) => fits(type, fit)), [types, fit])
  const [recents] = useState(recentTypes)
  const groups = useMemo(
    () =>
      groupsFor(fitting, query, recents).map((group) => ({
        title: group.title,
        options: group.types.map((type) => ({
          id: type.id,
          title: type.title,
          detail: type.summary,
          icon: <NodeTypeIcon type={type} />,
          end: query === '' ? undefined : <span className="text-xs text-faint">{HUES[type.category].title}</span>,
        })),
      })),
    [fitting, query, recents],
  )
  const active = types.find((type) => type.id === activeId)
  return (
    <Dialog open onOpenChange={onClose} title="Add a step" titleHidden size="md" className="h-[min(560px,78vh)]">
      <div className="flex h-full flex-col">
        <Picker
          label="Search steps"
          placeholder="What should happen?"
          query={query}
          onQuery={setQuery}
          groups={groups}
          onActive={setActiveId}
          onChoose={(id) => {
            const type = types.find((each) => each.id === id)
            if (type === undefined) return
            rememberType(id)
            onChoose(type)
          }}
          empty={
            <>
              <p className="font-medium text-ink">No step is called “{query}”</p>
              <p className="mt-1">Try another word. More steps come from plugins.</p>
            </>
          }
        />
        <p className="flex h-9 shrink-0 items-center gap-2 border-t border-line px-4 text-xs text-muted">
          <span className="min-w-0 flex-1 truncate">
            {active === undefined ? 'Nothing to add' : `Adds “${active.title}”${where === '' ? '' : ` ${where}`}${leaves(active)}`}
          </span>
          <Kbd keys={['↵']} />
        </p>
      </div>
    </Dialog>
  )
}

function leaves(type: NodeType): string {
  return 'fixed' in type.ports && type.ports.fixed.length > 1 ? `, with outputs ${type.ports.fixed.map((port) => port.title).join(', ')}` : ''
}

function fits(type: NodeType, fit: Fit): boolean {
  switch (fit) {
    case 'any':
      return true
    case 'takes_input':
      return type.role === 'step' || type.role === 'container'
    case 'on_line':
      return (type.role === 'step' || type.role === 'container') && hasOutputs(type) && !('fixed' in type.ports && type.ports.fixed.length === 0)
  }
}
