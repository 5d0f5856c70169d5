import type { ErrorKind, Jitter, Retry } from '@/api/types'
import { duration } from '@/ui/time'

/** What the engine takes where a retry says nothing. */
export const RETRY_DEFAULTS = { attempts: 3, backoff: 'exponential', first_ms: 1_000, max_ms: 100_000 } as const

/** What is tried again where a retry does not say: what may pass by itself. */
export const RETRIED: readonly ErrorKind[] = ['retryable', 'rate_limited', 'timeout']

/** The errors a retry can be asked for, in words. Those of other kinds come again whatever is done. */
export const RETRIABLE: readonly { kind: ErrorKind; label: string }[] = [
  { kind: 'retryable', label: 'May pass by itself (network, 5xx)' },
  { kind: 'rate_limited', label: 'Too many requests' },
  { kind: 'timeout', label: 'Took too long' },
  { kind: 'auth', label: 'Credential refused' },
  { kind: 'permanent', label: 'Refused for good (4xx)' },
  { kind: 'plugin', label: 'The plugin failed' },
]

export const JITTERS: readonly { value: Jitter; label: string }[] = [
  { value: 'none', label: 'None: exactly as long' },
  { value: 'half', label: 'Half: half as long or more' },
  { value: 'full', label: 'Full: anything up to it' },
]

const SHOWN = 4

/** The pauses between attempts in words: "Waits 1 s, 2 s, 4 s between attempts." */
export function waitsInWords(retry: Retry): string {
  const waits = Math.max(0, retry.attempts - 1)
  if (waits === 0) return 'One attempt: nothing is tried again.'
  const first = retry.first_ms ?? RETRY_DEFAULTS.first_ms
  const most = retry.max_ms ?? RETRY_DEFAULTS.max_ms
  const isFixed = (retry.backoff ?? RETRY_DEFAULTS.backoff) === 'fixed'
  const pauses = Array.from({ length: Math.min(SHOWN, waits) }, (_, n) => duration(Math.min(most, isFixed ? first : first * 2 ** n)))
  const about = (retry.jitter ?? 'half') === 'none' ? '' : (retry.jitter === 'full' ? 'up to ' : 'about ')
  return `Waits ${about}${pauses.join(', ')}${waits > SHOWN ? ', …' : ''} between attempts.`
}
