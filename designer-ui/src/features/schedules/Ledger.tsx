import { Link } from '@tanstack/react-router'
import { CircleCheck, SkipForward, TriangleAlert } from 'lucide-react'

import type { ScheduleFire } from '@/api/types'
import { zonedTime } from '@/features/schedules/words'
import { Badge } from '@/ui/Badge'
import { RelativeTime } from '@/ui/RelativeTime'
import { Cell, HeadCell, Row, Table, TableHead } from '@/ui/Table'
import { duration } from '@/ui/time'

/** Earlier than this a start is on time. */
const LATE_MS = 2_000

/** A line for each moment that became a run, and for moments that did not, with the reason. */
export function Ledger({ fires, timezone }: { fires: ScheduleFire[]; timezone: string | undefined }) {
  const zone = timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <Table label="History of the schedule">
      <TableHead>
        <HeadCell>Moment</HeadCell>
        <HeadCell>Became</HeadCell>
        <HeadCell className="max-sm:hidden">Because</HeadCell>
        <HeadCell className="text-right max-sm:hidden">Started</HeadCell>
      </TableHead>
      <tbody>
        {fires.map((fire) => (
          <Row key={fire.fire_ms}>
            <Cell className="py-2 align-top">
              <Moment fire={fire} zone={zone} />
            </Cell>
            <Cell className="py-2 align-top">
              {fire.run_id === null ? <Skipped fire={fire} /> : <Started runId={fire.run_id} />}
              <p className="text-xs text-muted sm:hidden">{reasonOf(fire)}</p>
            </Cell>
            <Cell className="w-full py-2 align-top text-muted max-sm:hidden">{reasonOf(fire)}</Cell>
            <Cell className="tabular py-2 text-right align-top whitespace-nowrap text-muted max-sm:hidden">{lateness(fire)}</Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}

function Moment({ fire, zone }: { fire: ScheduleFire; zone: string }) {
  return (
    <div className="tabular whitespace-nowrap">
      {fire.count > 1 && <span className="text-muted">{zonedTime(fire.first_ms, zone)} to </span>}
      {fire.count > 1 && <br />}
      {zonedTime(fire.fire_ms, zone)}
      <div className="text-xs text-muted">
        <RelativeTime atMs={fire.fire_ms} />
      </div>
    </div>
  )
}

function Started({ runId }: { runId: string }) {
  return (
    <Link to="/runs/$runId" params={{ runId }} className="inline-flex items-center gap-1.5 font-medium whitespace-nowrap text-accent-ink hover:underline">
      <CircleCheck aria-hidden className="size-4 text-status-succeeded" />
      Run
    </Link>
  )
}

/** Left out as asked is not alarming; a run that could not start is. */
const ALARMING = new Set(['could_not_start', 'could_not_compute', 'too_many'])

function Skipped({ fire }: { fire: ScheduleFire }) {
  const isAlarming = ALARMING.has(fire.skip_code ?? '')
  return (
    <Badge tone={isAlarming ? 'danger' : 'neutral'} icon={isAlarming ? <TriangleAlert aria-hidden /> : <SkipForward aria-hidden />}>
      {fire.count > 1 ? `${fire.count.toLocaleString()} left out` : 'Left out'}
    </Badge>
  )
}

function reasonOf({ skipped_because: words }: ScheduleFire): string {
  if (words === null || words === '') return ''
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`
}

function lateness({ run_id, fire_ms, decided_ms }: ScheduleFire): string {
  if (run_id === null || decided_ms === null) return ''
  return decided_ms - fire_ms < LATE_MS ? 'on time' : `${duration(decided_ms - fire_ms)} later`
}
