import { useCallback, useState } from 'react'

export interface Bounds {
  least: number
  most: number
}

/** The size of a panel in pixels, remembered in the browser. */
export function usePanelSize(name: string, usual: number, { least, most }: Bounds): [number, (size: number) => void] {
  const key = `weft.panel.${name}`
  const [size, setSize] = useState(() => clamp(stored(key) ?? usual, least, most))
  const change = useCallback(
    (next: number) => {
      const value = clamp(Math.round(next), least, most)
      setSize(value)
      try {
        localStorage.setItem(key, String(value))
      } catch {
        // Without storage it holds until the page is closed.
      }
    },
    [key, least, most],
  )
  return [size, change]
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}

function stored(key: string): number | null {
  try {
    const value = Number(localStorage.getItem(key) ?? Number.NaN)
    return Number.isFinite(value) ? value : null
  } catch {
    return null
  }
}
