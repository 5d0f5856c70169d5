import { useNowBySecond } from '@/ui/clock'
import { duration } from '@/ui/time'

export interface DurationProps {
  /** `null` while it has not begun. */
  fromMs: number | null
  /** `null` while it is going on. */
  toMs: number | null
  className?: string
}

/** How long something took, or has been taking. */
export function Duration({ fromMs, toMs, className }: DurationProps) {
  if (fromMs === null) return <span className={className}>–</span>
  if (toMs === null) return <Ongoing fromMs={fromMs} className={className} />
  return <span className={className}>{duration(toMs - fromMs)}</span>
}

function Ongoing({ fromMs, className }: { fromMs: number; className: string | undefined }) {
  return <span className={className}>{duration(useNowBySecond() - fromMs)}</span>
}
