import { CircleStop, RotateCcw, RotateCw, Trash, X } from 'lucide-react'

import type { BulkAction, Run } from '@/api/types'
import { reasonAgainst, runCount, WORDS } from '@/features/runs/bulk'
import type { Selection } from '@/features/runs/selection'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'

interface BulkBarProps {
  selection: Selection
  /** The runs that are chosen and loaded. */
  chosen: readonly Run[]
  /** Whether there is a way to choose more than what is loaded. */
  canChooseAll: boolean
  isFiltered: boolean
  onAll: () => void
  onClear: () => void
  onAct: (action: BulkAction) => void
}

const ACTIONS: readonly { action: BulkAction; icon: React.ReactNode }[] = [
  { action: 'cancel', icon: <CircleStop /> },
  { action: 'retry', icon: <RotateCcw /> },
  { action: 'rerun', icon: <RotateCw /> },
  { action: 'delete', icon: <Trash /> },
]

/** What can be done with the chosen runs, at the lower edge of the page. */
export function BulkBar({ selection, chosen, canChooseAll, isFiltered, onAll, onClear, onAct }: BulkBarProps) {
  const isAll = selection.kind === 'all'
  const everything = isFiltered ? 'all that fit the filter' : 'all runs'
  return (
    <section
      aria-label="Chosen runs"
      className="animate-appear sticky bottom-0 z-30 flex flex-wrap items-center gap-2 rounded-lg border border-line bg-raised p-2 pl-3 shadow-high"
    >
      <p role="status" className="font-medium tabular">
        {isAll ? `Chosen: ${everything}` : `${runCount(chosen.length)} chosen`}
      </p>
      {canChooseAll && !isAll && (
        <Button variant="ghost" size="sm" onClick={onAll}>
          Choose {everything}
        </Button>
      )}
      <span className="flex-1" />
      {ACTIONS.map(({ action, icon }) => {
        const reason = isAll ? undefined : reasonAgainst(action, chosen)
        return (
          <Button key={action} size="sm" icon={icon} disabled={reason !== undefined} title={reason} onClick={() => onAct(action)}>
            {WORDS[action].verb}
          </Button>
        )
      })}
      <IconButton size="sm" label="Choose none" keys={['Esc']} icon={<X />} onClick={onClear} />
    </section>
  )
}
