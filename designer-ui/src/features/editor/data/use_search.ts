import { useEffect, useState } from 'react'

import { type Match, search } from './search'

/** How long the page may be kept busy at a time. */
const SLICE_MS = 8

interface Found {
  value: unknown
  words: string
  matches: Match[]
}

/** The matches of `words`; nothing while they are being looked for. Searches in slices, so that typing goes on. */
export function useSearch(value: unknown, path: string, words: string): Match[] | null {
  const [found, setFound] = useState<Found | null>(null)
  const asked = words.trim()

  useEffect(() => {
    if (asked === '') return undefined
    const walk = search(value, path, asked)
    let timer: ReturnType<typeof setTimeout>
    const work = () => {
      const stop = performance.now() + SLICE_MS
      do {
        const step = walk.next()
        if (step.done) {
          setFound({ value, words: asked, matches: step.value })
          return
        }
      } while (performance.now() < stop)
      timer = setTimeout(work, 0)
    }
    timer = setTimeout(work, 80)
    return () => clearTimeout(timer)
  }, [value, path, asked])

  return found && found.value === value && found.words === asked ? found.matches : null
}
