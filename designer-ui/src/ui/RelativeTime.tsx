import { useNow } from '@/ui/clock'
import { fullTime, relativeTime } from '@/ui/time'

/** How long ago or ahead a moment is, with the exact time on hover. */
export function RelativeTime({ atMs, className }: { atMs: number; className?: string }) {
  const nowMs = useNow()
  return (
    <time dateTime={new Date(atMs).toISOString()} title={fullTime(atMs)} className={className}>
      {relativeTime(atMs, nowMs)}
    </time>
  )
}
