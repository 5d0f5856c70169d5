import { useNowBySecond } from '@/ui/clock'
import { fullTime, timeLeft } from '@/ui/time'

/** How long until a moment, counting down: "in 3 min 12 s"; the exact time shows on hover. */
export function Countdown({ untilMs, className }: { untilMs: number; className?: string }) {
  const nowMs = useNowBySecond()
  return (
    <time dateTime={new Date(untilMs).toISOString()} title={fullTime(untilMs)} className={className}>
      {timeLeft(untilMs, nowMs)}
    </time>
  )
}
