import { classNames } from '@/ui/class_names'

import { appendSegment } from '../expression/path'
import { dragPath } from './drag_path'
import type { Table } from './table'
import { useWindow } from './use_window'
import { KIND_COLOURS } from './value_colours'
import { kindOf, shorten, summary } from './values'

const LINE = 28

export interface TableViewProps {
  label: string
  table: Table
  path: string
  onPickPath: ((path: string) => void) | undefined
}

/** A list of objects side by side. A heading stands for the column of all rows, a cell for its value. */
export function TableView({ label, table, path, onPickPath }: TableViewProps) {
  const { scroller, start, end, height, onScroll } = useWindow(table.rows.length, LINE)
  return (
    // Scrollable regions must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={scroller} onScroll={onScroll} tabIndex={0} role="region" aria-label={label} className="h-full overflow-auto -outline-offset-2">
      <table aria-label={label} aria-rowcount={table.rows.length + 1} className="w-full border-separate border-spacing-0 font-mono text-xs">
        <thead>
          <tr>
            <th scope="col" className={classNames(HEAD, 'w-px text-right text-faint')}>
              #
            </th>
            {table.columns.map((column) => (
              <th key={column} scope="col" className={HEAD} {...dragPath(columnPath(path, column))} title={columnPath(path, column)}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap height={start * LINE} />
          {table.rows.slice(start, end).map((row, offset) => (
            <tr key={start + offset} aria-rowindex={start + offset + 2} className="h-7 hover:bg-hover">
              <td className={classNames(CELL, 'text-right text-faint')}>{start + offset}</td>
              {table.columns.map((column) => (
                <ValueCell key={column} value={row[column]} path={appendSegment(appendSegment(path, start + offset), column)} onPickPath={onPickPath} />
              ))}
            </tr>
          ))}
          <Gap height={height - end * LINE} />
        </tbody>
      </table>
    </div>
  )
}

const HEAD = 'sticky top-0 z-10 h-7 border-b border-line bg-sunken px-2 text-left font-medium whitespace-nowrap'
const CELL = 'max-w-72 truncate border-b border-line px-2'

function ValueCell({ value, path, onPickPath }: { value: unknown; path: string; onPickPath: TableViewProps['onPickPath'] }) {
  if (value === undefined) return <td className={CELL} />
  const kind = kindOf(value)
  return (
    <td className={classNames(CELL, 'cursor-grab', KIND_COLOURS[kind])} title={path} {...dragPath(path)} onDoubleClick={() => onPickPath?.(path)}>
      {typeof value === 'string' ? shorten(value, 80) : summary(value, 60)}
    </td>
  )
}

/** Holds the place of the rows that are not drawn. */
function Gap({ height }: { height: number }) {
  if (height <= 0) return null
  return (
    <tr aria-hidden>
      <td style={{ height }} />
    </tr>
  )
}

/** The values of one column as an expression: `steps.orders.map(row => row.total)`. */
function columnPath(path: string, column: string): string {
  return `${path}.map(row => ${appendSegment('row', column)})`
}
