import type { Retry } from '@/api/types'
import { duration } from '@/ui/time'

/** What the engine takes where a retry says nothing. */
export const RETRY_DEFAULTS = { attempts: 3, backoff: 'exponential', first_ms: 1_000, max_ms: 100_000 } as const

const SHOWN = 4

/** The pauses between attempts in words: "Waits 1 s, 2 s, 4 s between attempts." */
export function waitsInWords(retry: Retry): string {
  const waits = Math.max(0, retry.attempts - 1)
  if (waits === 0) return 'One attempt: nothing is tried again.'
  const first = retry.first_ms ?? RETRY_DEFAULTS.first_ms
  const most = retry.max_ms ?? RETRY_DEFAULTS.max_ms
  const isFixed = (retry.backoff ?? RETRY_DEFAULTS.backoff) === 'fixed'
  const pauses = Array.from({ length: Math.min(SHOWN, waits) }, (_, n) => duration(Math.min(most, isFixed ? first : first * 2 ** n)))
  return `Waits about ${pauses.join(', ')}${waits > SHOWN ? ', …' : ''} between attempts.`
}
