import { Link } from '@tanstack/react-router'

import { Countdown } from '@/ui/Countdown'
import { useNowBySecond } from '@/ui/clock'
import { nearTime } from '@/ui/time'

import { useEditor } from '../store/context'
import { untilWords, type Waiting, waitWords } from './waits'

const LINK = 'font-medium text-accent-ink underline-offset-2 hover:underline'

/** What a step waits for, until when, and where to go to end it. */
export function WaitLine({ waiting }: { waiting: Waiting }) {
  const { step, wait } = waiting
  const node = useEditor((state) => state.doc.nodes[step.node])
  const runId = useEditor((state) => state.overlay?.run.id)
  return (
    <span>
      {waitWords(waiting, node)}
      <Until waiting={waiting} />
      {wait.kind === 'approval' && runId !== undefined && (
        <>
          {' '}
          <Link to="/approvals" search={{ run: runId, path: step.path }} className={LINK}>
            Answer it
          </Link>
        </>
      )}
      {wait.kind === 'run' && wait.run_id && (
        <>
          {' '}
          <Link to="/runs/$runId" params={{ runId: wait.run_id }} className={LINK}>
            Open it
          </Link>
        </>
      )}
    </span>
  )
}

function Until({ waiting: { wait } }: { waiting: Waiting }) {
  const nowMs = useNowBySecond()
  const words = untilWords(wait)
  if (typeof wait.until_ms !== 'number' || words === null) return null
  const at = wait.until_ms > nowMs ? `at ${nearTime(wait.until_ms, nowMs)}, ` : ''
  return (
    <span className="tabular">
      {words === '' ? ' ' : `; ${words} `}
      {at}
      <Countdown untilMs={wait.until_ms} />
    </span>
  )
}
