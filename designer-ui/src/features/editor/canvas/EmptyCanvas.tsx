import { Plus } from 'lucide-react'

import { Button } from '@/ui/Button'

import { NodeTypeIcon } from '../icons/NodeTypeIcon'
import { addStep } from '../model/add_step'
import { useEditor, useEditorStore } from '../store/context'
import { focusNode, useReveal } from './reveal'

/** Offered first on an empty canvas, in this order. */
const STARTS: readonly { type: string; words: string }[] = [
  { type: 'webhook', words: 'when another system calls' },
  { type: 'schedule', words: 'at set times' },
  { type: 'manual', words: 'when you press Run' },
]

/** Nothing is drawn yet: the ways to start. */
export function EmptyCanvas() {
  const store = useEditorStore()
  const reveal = useReveal()
  const types = useEditor((state) => state.types)
  const starts = STARTS.flatMap(({ type, words }) => {
    const known = types[type]
    return known === undefined ? [] : [{ type: known, words }]
  })
  const start = (id: string) => {
    const state = store.getState()
    const type = state.types[id]
    if (type === undefined) return
    const added = addStep(state.doc, state.types, type, { kind: 'point', point: [0, 0], inside: undefined })
    state.actions.execute(added.command, { select: [added.id] })
    state.actions.set({ isInspectorOpen: true })
    reveal(added.id)
    focusNode(added.id)
  }
  return (
    <div className="pointer-events-none absolute inset-0 z-10 flex items-center justify-center p-6">
      <section aria-labelledby="empty-canvas" className="animate-fade pointer-events-auto flex flex-col items-center text-center" data-canvas-tools>
        <h2 id="empty-canvas" className="text-xl font-semibold">
          Add a trigger
        </h2>
        <p className="mt-1 text-muted">It starts the workflow. What happens next follows from it.</p>
        <div className="mt-5 flex flex-wrap justify-center gap-3">
          {starts.map(({ type, words }) => (
            <button
              key={type.id}
              type="button"
              className="flex w-48 flex-col items-center gap-2 rounded-xl border border-line bg-surface px-4 py-5 shadow-low transition-colors hover:border-accent hover:bg-accent-soft"
              onClick={() => start(type.id)}
            >
              <NodeTypeIcon type={type} size="lg" />
              <span className="font-semibold">{type.title}</span>
              <span className="text-xs text-muted">{words}</span>
            </button>
          ))}
        </div>
        <Button
          className="mt-5"
          variant="ghost"
          icon={<Plus />}
          onClick={() => store.getState().actions.set({ floating: { kind: 'palette', place: null } })}
        >
          Or start with any other step
        </Button>
      </section>
    </div>
  )
}
