import type { MissedPolicy, Overlap } from '@/api/types'

/** What happens to fire times that passed while the server was down. */
export const MISSED: Record<MissedPolicy, { label: string; explanation: string }> = {
  none: { label: 'Skip', explanation: 'Missed times are left out.' },
  last: { label: 'Run once', explanation: 'One run makes up for all missed times.' },
  all: { label: 'Run all', explanation: 'Every missed time gets its run.' },
}

/** What happens when a run of the workflow is still going at the next time. */
export const OVERLAP: Record<Overlap, string> = {
  allow: 'Runs beside it',
  queue: 'Waits for its turn',
  skip: 'Is left out',
  cancel_running: 'Takes its place; the other is cancelled',
}

/** A moment on the clocks of a zone: "Sat 21 Nov, 09:00 CET". */
export function zonedTime(atMs: number, timeZone: string): string {
  const options: Intl.DateTimeFormatOptions = {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }
  try {
    return new Intl.DateTimeFormat(undefined, { ...options, timeZone }).format(atMs)
  } catch {
    // A zone the server knows and this browser does not.
    return new Intl.DateTimeFormat(undefined, { ...options, timeZone: 'UTC' }).format(atMs)
  }
}
