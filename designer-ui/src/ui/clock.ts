import { useSyncExternalStore } from 'react'

/** A clock that all components showing it share, so that the page has one timer for it, and none while nobody looks. */
function clock(tickMs: number) {
  const listeners = new Set<() => void>()
  let timer: ReturnType<typeof setInterval> | undefined
  let nowMs = Date.now()

  const subscribe = (listener: () => void) => {
    if (listeners.size === 0) nowMs = Date.now()
    listeners.add(listener)
    timer ??= setInterval(() => {
      nowMs = Date.now()
      for (const each of listeners) each()
    }, tickMs)
    return () => {
      listeners.delete(listener)
      if (listeners.size > 0) return
      clearInterval(timer)
      timer = undefined
    }
  }
  return { subscribe, now: () => nowMs }
}

const slow = clock(10_000)
const fast = clock(1_000)

/** The time, renewed every ten seconds. */
export function useNow(): number {
  return useSyncExternalStore(slow.subscribe, slow.now)
}

/** The time, renewed every second: for what is under way. */
export function useNowBySecond(): number {
  return useSyncExternalStore(fast.subscribe, fast.now)
}
