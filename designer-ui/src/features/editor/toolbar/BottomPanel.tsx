import { ChevronDown, ChevronUp, CircleAlert, CircleCheck, History } from 'lucide-react'
import type { ReactNode } from 'react'

import { classNames } from '@/ui/class_names'
import { IconButton } from '@/ui/IconButton'
import { StatusIcon } from '@/ui/StatusBadge'

import { ResizeHandle } from '../inspector/ResizeHandle'
import { usePanelSize } from '../inspector/panel_size'
import { RunsPanel } from '../run/RunsPanel'
import { useActions, useEditor } from '../store/context'
import type { Bottom } from '../store/editor_store'
import { ProblemsPanel } from './ProblemsPanel'

/** Below the canvas: a bar that counts runs and problems, and the panel that lists them. */
export function BottomPanel() {
  const actions = useActions()
  const bottom = useEditor((state) => state.bottom)
  const errors = useEditor((state) => state.problems.filter((problem) => problem.severity === 'error').length)
  const count = useEditor((state) => state.problems.length)
  const run = useEditor((state) => state.overlay?.run ?? state.runs[0])
  const [height, setHeight] = usePanelSize('bottom', 260, { least: 120, most: 560 })
  const toggle = (panel: Bottom) => actions.set({ bottom: bottom === panel ? 'closed' : panel })
  return (
    <section aria-label="Runs and problems" className="relative flex shrink-0 flex-col border-t border-line bg-surface">
      {bottom !== 'closed' && <ResizeHandle label="Height of the panel" edge="top" size={height} onSize={setHeight} />}
      <div className="flex h-9 shrink-0 items-center gap-1 px-2">
        <Toggle isOpen={bottom === 'runs'} onClick={() => toggle('runs')} icon={run === undefined ? <History aria-hidden /> : <StatusIcon status={run.status} />}>
          Runs
        </Toggle>
        <Toggle
          isOpen={bottom === 'problems'}
          onClick={() => toggle('problems')}
          icon={
            count === 0 ? (
              <CircleCheck aria-hidden className="text-success-ink" />
            ) : (
              <CircleAlert aria-hidden className={errors > 0 ? 'text-danger-ink' : 'text-warning-ink'} />
            )
          }
        >
          {count === 0 ? 'No problems' : `${count} ${count === 1 ? 'problem' : 'problems'}`}
        </Toggle>
        <span className="flex-1" />
        <IconButton
          size="sm"
          label={bottom === 'closed' ? 'Open the panel' : 'Close the panel'}
          aria-expanded={bottom !== 'closed'}
          icon={bottom === 'closed' ? <ChevronUp /> : <ChevronDown />}
          onClick={() => actions.set({ bottom: bottom === 'closed' ? 'runs' : 'closed' })}
        />
      </div>
      {bottom !== 'closed' && (
        <div className="min-h-0 overflow-y-auto border-t border-line" style={{ height }}>
          {bottom === 'runs' ? <RunsPanel /> : <ProblemsPanel />}
        </div>
      )}
    </section>
  )
}

function Toggle({ isOpen, onClick, icon, children }: { isOpen: boolean; onClick: () => void; icon: ReactNode; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-expanded={isOpen}
      onClick={onClick}
      className={classNames(
        'inline-flex h-7 items-center gap-1.5 rounded-md px-2 text-xs font-medium text-muted hover:bg-hover hover:text-ink [&_svg]:size-3.5',
        isOpen && 'bg-hover text-ink',
      )}
    >
      {icon}
      {children}
    </button>
  )
}
