import type { ScheduleRow } from '@/api/types'
import { zonedTime } from '@/features/schedules/words'
import { RelativeTime } from '@/ui/RelativeTime'

/** The times in the reader's zone, and in the schedule's where that is another. */
export function FireTimes({ row }: { row: ScheduleRow }) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  if (row.next_ms.length === 0) return <span className="text-muted">It will not fire again.</span>
  return (
    <table className="tabular text-xs" aria-label={`Next fire times of ${row.workflow_name}`}>
      <thead className="sr-only">
        <tr>
          <th scope="col">In your time zone</th>
          {own !== row.timezone && <th scope="col">In {row.timezone}</th>}
          <th scope="col">From now</th>
        </tr>
      </thead>
      <tbody>
        {row.next_ms.map((atMs, index) => (
          <tr key={atMs} className={index === 0 ? 'font-medium' : 'text-muted'}>
            <td className="pr-4 whitespace-nowrap">{zonedTime(atMs, own)}</td>
            {own !== row.timezone && <td className="pr-4 font-normal whitespace-nowrap text-muted">{zonedTime(atMs, row.timezone)}</td>}
            <td className="font-normal whitespace-nowrap text-muted">
              <RelativeTime atMs={atMs} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
