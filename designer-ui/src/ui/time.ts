const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** The page's clock may be this far behind, so what lies less ahead has happened. */
const CLOCK_LAG_MS = 10 * SECOND_MS

const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'long' })
const NARROW_DATE = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' })
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' })

/** "5 minutes ago", "in 2 hours", or the date when it is more than 30 days away. */
export function relativeTime(atMs: number, nowMs: number): string {
  const difference = atMs - nowMs
  const distance = Math.abs(difference)
  if (distance < MINUTE_MS) return difference > CLOCK_LAG_MS ? 'in a moment' : 'just now'
  // Half a unit less than the next: "in 60 minutes" would be odd.
  if (distance < HOUR_MS - MINUTE_MS / 2) return RELATIVE.format(Math.round(difference / MINUTE_MS), 'minute')
  if (distance < DAY_MS - HOUR_MS / 2) return RELATIVE.format(Math.round(difference / HOUR_MS), 'hour')
  if (distance < 30 * DAY_MS) return RELATIVE.format(Math.round(difference / DAY_MS), 'day')
  return NARROW_DATE.format(atMs)
}

export function fullTime(atMs: number): string {
  return FULL.format(atMs)
}

/** "340 ms", "2.4 s", "3 min 12 s", "1 h 5 min". */
export function duration(milliseconds: number): string {
  const value = Math.max(0, milliseconds)
  if (value < SECOND_MS) return `${Math.round(value)} ms`
  if (value < 10 * SECOND_MS) return `${(value / SECOND_MS).toFixed(1)} s`
  if (value < MINUTE_MS) return `${Math.floor(value / SECOND_MS)} s`
  if (value < HOUR_MS) return pair(value, MINUTE_MS, 'min', SECOND_MS, 's')
  if (value < DAY_MS) return pair(value, HOUR_MS, 'h', MINUTE_MS, 'min')
  return pair(value, DAY_MS, 'd', HOUR_MS, 'h')
}

const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const DATE_TIME = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })

/** "in 3 min 12 s", or "any moment now" when it is due. */
export function timeLeft(untilMs: number, nowMs: number): string {
  const left = Math.ceil((untilMs - nowMs) / SECOND_MS) * SECOND_MS
  return left <= 0 ? 'any moment now' : `in ${duration(left).replace('.0 s', ' s')}`
}

/** A moment that is near: its time of day, and the day where it is not within a day. */
export function nearTime(atMs: number, nowMs: number): string {
  return Math.abs(atMs - nowMs) < DAY_MS / 2 ? TIME.format(atMs) : DATE_TIME.format(atMs)
}

function pair(value: number, unitMs: number, unit: string, smallerMs: number, smaller: string): string {
  const whole = Math.floor(value / unitMs)
  const rest = Math.floor((value % unitMs) / smallerMs)
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${smaller}`
}
