import { CircleCheck, Clock, Hourglass, UserRound } from 'lucide-react'

import type { Approval } from '@/api/types'
import { Countdown } from '@/ui/Countdown'
import { RelativeTime } from '@/ui/RelativeTime'

/** Whom it is for, since when it waits and until when. */
export function ApprovalFacts({ approval }: { approval: Pick<Approval, 'assignee' | 'opened_at_ms' | 'expires_at_ms' | 'closed_at_ms'> }) {
  return (
    <ul className="m-0 flex list-none flex-wrap gap-x-4 gap-y-1 p-0 text-xs text-muted [&_li]:flex [&_li]:items-center [&_li]:gap-1 [&_svg]:size-3.5">
      {approval.assignee !== null && approval.assignee !== '' && (
        <li>
          <UserRound aria-hidden />
          <span className="sr-only">For </span>
          {approval.assignee}
        </li>
      )}
      <li>
        <Clock aria-hidden />
        Asked <RelativeTime atMs={approval.opened_at_ms} />
      </li>
      {approval.closed_at_ms !== null && (
        <li>
          <CircleCheck aria-hidden />
          Closed <RelativeTime atMs={approval.closed_at_ms} />
        </li>
      )}
      {approval.closed_at_ms === null && approval.expires_at_ms !== null && (
        <li>
          <Hourglass aria-hidden />
          Expires <Countdown untilMs={approval.expires_at_ms} className="tabular" />
        </li>
      )}
    </ul>
  )
}
