import { ChevronLeft, ChevronRight } from 'lucide-react'

import { IconButton } from '@/ui/IconButton'
import { StatusIcon, statusLabel } from '@/ui/StatusBadge'

import { stepBeside } from '../run/overlay'
import { useActions, useEditor } from '../store/context'

/** Steps through the items of a loop, for a step that ran for each of them. */
export function IterationPicker({ node }: { node: string }) {
  const actions = useActions()
  const overlay = useEditor((state) => state.overlay)
  const stepPath = useEditor((state) => state.stepPath)
  const steps = overlay?.byNode[node] ?? []
  if (overlay === null || steps.length < 2) return null
  const shown = stepBeside(overlay, node, stepPath)
  const index = steps.findIndex((step) => step.path === shown?.path)
  const failed = steps.filter((step) => step.status === 'failed')
  const go = (to: number) => actions.set({ stepPath: steps[to]?.path ?? null })
  return (
    <div className="flex h-9 shrink-0 items-center gap-2 border-b border-line px-3 text-xs">
      {shown !== null && <StatusIcon status={shown.status} />}
      <span className="tabular">
        Item {index + 1} <span className="text-muted">of {steps.length}</span>
      </span>
      {shown !== null && <span className="sr-only">{statusLabel(shown.status)}</span>}
      {shown !== null && <code className="truncate font-mono text-muted">{shown.path}</code>}
      {failed.length > 0 && (
        <button
          type="button"
          className="rounded-sm px-1 text-danger-ink underline underline-offset-2"
          onClick={() => actions.set({ stepPath: (failed[(failed.findIndex((step) => step.path === shown?.path) + 1) % failed.length] ?? failed[0])?.path ?? null })}
        >
          {failed.length} failed
        </button>
      )}
      <span className="flex-1" />
      <IconButton size="sm" label="Previous item" icon={<ChevronLeft />} disabled={index <= 0} onClick={() => go(index - 1)} />
      <IconButton size="sm" label="Next item" icon={<ChevronRight />} disabled={index >= steps.length - 1} onClick={() => go(index + 1)} />
    </div>
  )
}
