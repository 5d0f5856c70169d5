import { useMemo } from 'react'

import { rawText, shownLine } from './raw'
import { useWindow } from './use_window'

const LINE = 20

/** Data as indented JSON, of which only the visible lines are drawn. */
export function RawView({ label, value }: { label: string; value: unknown }) {
  const { lines, left } = useMemo(() => rawText(value), [value])
  const { scroller, start, end, height, onScroll } = useWindow(lines.length, LINE)
  return (
    // Scrollable regions must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={scroller} onScroll={onScroll} tabIndex={0} role="region" aria-label={label} className="h-full overflow-auto py-2 -outline-offset-2">
      <div className="relative min-w-max" style={{ height }}>
        <pre className="absolute inset-x-0 px-3 font-mono text-xs leading-5" style={{ top: start * LINE }}>
          {lines.slice(start, end).map(shownLine).join('\n')}
        </pre>
      </div>
      {left > 0 && <p className="px-3 py-2 text-xs text-muted">{left.toLocaleString('en')} more lines. Copy the value to see all of it.</p>}
    </div>
  )
}
