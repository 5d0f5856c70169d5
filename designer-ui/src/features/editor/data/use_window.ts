import { type RefObject, useLayoutEffect, useRef, useState } from 'react'

/** Lines drawn beyond the visible ones, so that quick scrolling shows no gaps. */
const OVERSCAN = 12

export interface Window {
  /** The element that scrolls. */
  scroller: RefObject<HTMLDivElement | null>
  /** The lines to draw: from `start` to before `end`. */
  start: number
  end: number
  /** Height of all lines, for the element inside the scroller. */
  height: number
  onScroll: () => void
  /** Scrolls just enough for a line to be seen. */
  reveal: (line: number) => void
}

/** Draws only the lines of a long list that can be seen; every line is equally high. */
export function useWindow(count: number, lineHeight: number): Window {
  const scroller = useRef<HTMLDivElement>(null)
  const [seen, setSeen] = useState({ top: 0, height: 600 })

  const measure = () => {
    const box = scroller.current
    if (!box) return
    setSeen((before) => {
      // Within one line nothing changes, so the tree is not drawn again for every pixel.
      const top = Math.floor(box.scrollTop / lineHeight) * lineHeight
      return before.top === top && before.height === box.clientHeight ? before : { top, height: box.clientHeight }
    })
  }

  useLayoutEffect(() => {
    const box = scroller.current
    if (!box || typeof ResizeObserver === 'undefined') return undefined
    const observer = new ResizeObserver(() => setSeen({ top: Math.floor(box.scrollTop / lineHeight) * lineHeight, height: box.clientHeight }))
    observer.observe(box)
    return () => observer.disconnect()
  }, [lineHeight])

  const first = Math.floor(seen.top / lineHeight)
  // After the list became shorter the place scrolled to may be past its end until the browser says so.
  const start = Math.max(0, Math.min(first, count) - OVERSCAN)
  const end = Math.min(count, first + Math.ceil(seen.height / lineHeight) + OVERSCAN)

  const reveal = (line: number) => {
    const box = scroller.current
    if (!box) return
    const top = line * lineHeight
    if (top < box.scrollTop) box.scrollTop = top
    else if (top + lineHeight > box.scrollTop + box.clientHeight) box.scrollTop = top + lineHeight - box.clientHeight
    measure()
  }
  return { scroller, start, end: Math.max(start, end), height: count * lineHeight, onScroll: measure, reveal }
}
