import { Link } from '@tanstack/react-router'
import { CornerDownRight, RotateCcw } from 'lucide-react'

import type { Run } from '@/api/types'

const LINE = 'flex items-center gap-1.5 [&_svg]:size-3.5 [&_svg]:shrink-0 [&_svg]:text-muted'
const LINK = 'font-medium text-accent-ink underline-offset-2 hover:underline'

/** The runs a run came from. */
export function RunRelations({ run }: { run: Run }) {
  if (!run.parent && !run.retry_of) return null
  return (
    <ul aria-label="Related runs" className="m-0 mb-3 flex list-none flex-col gap-1 p-0">
      {run.retry_of && (
        <li className={LINE}>
          <RotateCcw aria-hidden />
          Tries
          <Link to="/runs/$runId" params={{ runId: run.retry_of }} className={LINK}>
            an earlier run
          </Link>
          again
        </li>
      )}
      {run.parent && (
        <li className={LINE}>
          <CornerDownRight aria-hidden />
          Called by
          <Link to="/runs/$runId" params={{ runId: run.parent.run_id }} className={LINK}>
            another run
          </Link>
          <span className="truncate text-muted">
            at <code className="font-mono text-xs">{run.parent.path}</code>
          </span>
        </li>
      )}
    </ul>
  )
}
