import { useRef } from 'react'

import { classNames } from '@/ui/class_names'

const STEP = 24

interface ResizeHandleProps {
  label: string
  /** The edge of the panel that is dragged. */
  edge: 'left' | 'right' | 'top'
  size: number
  onSize: (size: number) => void
}

/** The edge of a panel, dragged by pointer or moved by arrow keys. */
export function ResizeHandle({ label, edge, size, onSize }: ResizeHandleProps) {
  const start = useRef<{ at: number; size: number } | null>(null)
  const isVertical = edge !== 'top'
  const grows = edge === 'right' ? 1 : -1
  return (
    // A separator that can be moved is a control, whatever the rule believes.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      role="separator"
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label={label}
      aria-orientation={isVertical ? 'vertical' : 'horizontal'}
      aria-valuenow={size}
      className={classNames(
        'absolute z-20 touch-none hover:bg-accent/40 focus-visible:bg-accent/60 focus-visible:outline-none active:bg-accent/60',
        isVertical ? 'inset-y-0 w-1.5 cursor-col-resize' : 'inset-x-0 h-1.5 cursor-row-resize',
        edge === 'left' && '-left-0.5',
        edge === 'right' && '-right-0.5',
        edge === 'top' && '-top-0.5',
      )}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        start.current = { at: isVertical ? event.clientX : event.clientY, size }
      }}
      onPointerMove={(event) => {
        if (start.current === null) return
        const moved = (isVertical ? event.clientX : event.clientY) - start.current.at
        onSize(start.current.size + grows * moved)
      }}
      onPointerUp={() => {
        start.current = null
      }}
      onKeyDown={(event) => {
        const by = { ArrowLeft: -grows, ArrowRight: grows, ArrowUp: 1, ArrowDown: -1 }[event.key]
        if (by === undefined) return
        event.preventDefault()
        onSize(size + by * STEP)
      }}
    />
  )
}
