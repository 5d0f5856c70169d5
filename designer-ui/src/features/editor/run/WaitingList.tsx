import { useMemo } from 'react'
import { Hourglass, ListStart, UserRound } from 'lucide-react'

import { nameOf } from '../model/names'
import { useActions, useEditor } from '../store/context'
import type { Overlay } from './overlay'
import { WaitLine } from './WaitLine'
import { needsPerson, QUEUE_WORDS, undisputedOf } from './waits'

/** More than this is read by nobody; the list of steps has them all. */
const MOST = 5

/** Why a run does not go on, and when it will. */
export function WaitingList({ overlay }: { overlay: Overlay }) {
  const actions = useActions()
  const nodes = useEditor((state) => state.doc.nodes)
  const waiting = useMemo(() => undisputedOf(overlay), [overlay])
  if (overlay.run.status === 'queued') {
    return (
      <p className="mb-3 flex gap-2 rounded-md bg-status-queued-soft px-3 py-2">
        <ListStart aria-hidden className="mt-0.5 size-4 shrink-0 text-status-queued" />
        {QUEUE_WORDS}
      </p>
    )
  }
  if (waiting.length === 0) return null
  return (
    <ul aria-label="What the run waits for" className="m-0 mb-3 list-none rounded-md bg-status-waiting-soft p-0 px-3 py-1.5">
      {waiting.slice(0, MOST).map((each) => {
        const node = nodes[each.step.node]
        const Icon = needsPerson(each.wait) ? UserRound : Hourglass
        return (
          <li key={each.step.path} className="flex gap-2 py-1">
            <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-status-waiting" />
            <span className="min-w-0">
              <button
                type="button"
                className="mr-1.5 rounded-sm font-medium hover:underline"
                onClick={() => {
                  actions.select([each.step.node])
                  actions.set({ stepPath: each.step.path, isInspectorOpen: true })
                }}
              >
                {node === undefined ? each.step.node : nameOf(node)}
              </button>
              <WaitLine waiting={each} />
            </span>
          </li>
        )
      })}
      {waiting.length > MOST && <li className="py-1 text-xs text-muted">and {waiting.length - MOST} more steps</li>}
    </ul>
  )
}
