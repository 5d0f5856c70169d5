import { ChevronRight } from 'lucide-react'
import { type KeyboardEvent, useId, useMemo, useState } from 'react'

import { classNames } from '@/ui/class_names'

import { copy } from './copy'
import { dragPath } from './drag_path'
import { RowActions } from './RowActions'
import { initiallyOpen, type TreeRow, visibleRows } from './tree'
import { useWindow } from './use_window'
import { KIND_COLOURS } from './value_colours'
import { copyText, kindOf, summary } from './values'

const LINE = 24

/** Deeper lines are not indented further, so that something of them can still be seen. */
const DEEPEST = 12

export interface TreeViewProps {
  label: string
  value: unknown
  path: string
  onPickPath: ((path: string) => void) | undefined
}

/** Data as a tree that unfolds. One tab stop; arrows walk, Enter inserts, `c` copies the value, `p` its path. */
export function TreeView({ label, value, path, onPickPath }: TreeViewProps) {
  const id = useId()
  const [open, setOpen] = useState<ReadonlySet<string>>(() => initiallyOpen(value, path))
  const [active, setActive] = useState(0)
  const rows = useMemo(() => visibleRows(value, path, open), [value, path, open])
  const { scroller, start, end, height, onScroll, reveal } = useWindow(rows.length, LINE)
  const at = Math.min(active, rows.length - 1)

  const toggle = (row: TreeRow) => {
    const next = new Set(open)
    if (!next.delete(row.id)) next.add(row.id)
    setOpen(next)
  }
  const go = (line: number) => {
    const target = Math.max(0, Math.min(rows.length - 1, line))
    setActive(target)
    reveal(target)
  }
  const keyDown = (event: KeyboardEvent) => {
    const row = rows[at]
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return
    const act = actionOf(event.key, row, at, rows)
    if (!act) return
    event.preventDefault()
    event.stopPropagation()
    switch (act.kind) {
      case 'go':
        go(act.line)
        break
      case 'toggle':
        toggle(row)
        break
      case 'pick':
        if (row.path !== null) onPickPath?.(row.path)
        break
      case 'copy':
        void copy(copyText(row.value), 'Value')
        break
      case 'copy_path':
        if (row.path !== null) void copy(row.path, 'Path')
        break
    }
  }
  return (
    <div
      ref={scroller}
      role="tree"
      aria-label={label}
      aria-activedescendant={rows[at] && at >= start && at < end ? `${id}-${at}` : undefined}
      tabIndex={0}
      onKeyDown={keyDown}
      onScroll={onScroll}
      className="group/tree h-full overflow-auto py-1 -outline-offset-2"
    >
      <div role="presentation" className="relative" style={{ height }}>
        {rows.slice(start, end).map((row, offset) => (
          <Line
            key={row.id}
            id={`${id}-${start + offset}`}
            row={row}
            top={(start + offset) * LINE}
            isActive={start + offset === at}
            onPickPath={onPickPath}
            onClick={() => {
              setActive(start + offset)
              if (row.size > 0) toggle(row)
            }}
          />
        ))}
      </div>
    </div>
  )
}

interface LineProps {
  id: string
  row: TreeRow
  top: number
  isActive: boolean
  onPickPath: TreeViewProps['onPickPath']
  onClick: () => void
}

function Line({ id, row, top, isActive, onPickPath, onClick }: LineProps) {
  const kind = kindOf(row.value)
  const isBranch = row.size > 0
  return (
    // Keys go to the tree, which says by `aria-activedescendant` which line they are about.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      aria-level={row.depth + 1}
      aria-selected={isActive}
      {...(isBranch && { 'aria-expanded': row.isOpen })}
      data-active={isActive}
      onClick={onClick}
      {...(row.path !== null && dragPath(row.path))}
      className={classNames(
        'group absolute inset-x-0 flex h-6 cursor-default items-center gap-1 pr-1 font-mono text-xs whitespace-nowrap hover:bg-hover',
        isActive && 'group-focus-visible/tree:bg-accent-soft',
        row.path !== null && 'cursor-grab active:cursor-grabbing',
      )}
      style={{ top, paddingLeft: 8 + Math.min(row.depth, DEEPEST) * 16 }}
    >
      <ChevronRight
        aria-hidden
        className={classNames('size-3.5 shrink-0 text-muted transition-transform', row.isOpen && 'rotate-90', !isBranch && 'invisible')}
      />
      <span className={classNames('max-w-1/2 shrink-0 truncate', row.isElement || row.path === null ? 'text-faint' : 'text-ink')}>{row.label}</span>
      {row.path !== null && (
        <>
          <span className="text-faint">:</span>
          <span className={classNames('ml-1 min-w-0 truncate', row.isOpen ? 'text-faint' : KIND_COLOURS[kind])}>{summary(row.value)}</span>
          <RowActions path={row.path} value={row.value} onPickPath={onPickPath} />
        </>
      )}
    </div>
  )
}

type Action = { kind: 'go'; line: number } | { kind: 'toggle' | 'pick' | 'copy' | 'copy_path' }

function actionOf(key: string, row: TreeRow, at: number, rows: readonly TreeRow[]): Action | null {
  switch (key) {
    case 'ArrowDown':
      return { kind: 'go', line: at + 1 }
    case 'ArrowUp':
      return { kind: 'go', line: at - 1 }
    case 'Home':
      return { kind: 'go', line: 0 }
    case 'End':
      return { kind: 'go', line: rows.length - 1 }
    case 'PageDown':
      return { kind: 'go', line: at + 20 }
    case 'PageUp':
      return { kind: 'go', line: at - 20 }
    case 'ArrowRight':
      if (row.size === 0) return null
      return row.isOpen ? { kind: 'go', line: at + 1 } : { kind: 'toggle' }
    case 'ArrowLeft':
      if (row.isOpen) return { kind: 'toggle' }
      return { kind: 'go', line: Math.max(0, rows.findLastIndex((other, line) => line < at && other.depth < row.depth)) }
    case ' ':
      return row.size > 0 ? { kind: 'toggle' } : null
    case 'Enter':
      return { kind: 'pick' }
    case 'c':
      return { kind: 'copy' }
    case 'p':
      return { kind: 'copy_path' }
    default:
      return null
  }
}
