import { classNames } from '@/ui/class_names'
import { Cell, Row, Table, TableHead } from '@/ui/Table'

/** A grey shape where something will be. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={classNames('animate-shimmer block h-4 rounded-sm bg-pressed', className)} />
}

const WIDTHS = ['w-40', 'w-24', 'w-32', 'w-20', 'w-28']

/** The place of a table that is still being loaded, of the same height. */
export function TableSkeleton({ label, rows = 5, columns = 5 }: { label: string; rows?: number; columns?: number }) {
  return (
    <div role="status" aria-label={label}>
      <Table label={label}>
        <TableHead>
          <td className="h-9" colSpan={columns} />
        </TableHead>
        <tbody>
          {range(rows).map((row) => (
            <Row key={row}>
              {range(columns).map((column) => (
                <Cell key={column}>
                  <Skeleton className={WIDTHS[(row + column) % WIDTHS.length] ?? ''} />
                </Cell>
              ))}
            </Row>
          ))}
        </tbody>
      </Table>
    </div>
  )
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index)
}
