import { useRef } from 'react'

import type { Run } from '@/api/types'
import { RunRow } from '@/features/runs/RunRow'
import { allOf, chosenOf, isChosen, NOTHING, type Selection, toggled } from '@/features/runs/selection'
import { SelectBox } from '@/ui/SelectBox'
import { HeadCell, Table, TableHead } from '@/ui/Table'

interface RunsTableProps {
  runs: readonly Run[]
  selection: Selection
  onSelect: (selection: Selection) => void
  onDelete: (run: Run) => void
}

/** The runs, a line each. Boxes are walked with the arrow keys; with Shift they are chosen on the way. */
export function RunsTable({ runs, selection, onSelect, onDelete }: RunsTableProps) {
  const boxes = useRef(new Map<string, HTMLButtonElement>())
  const order = runs.map((run) => run.id)

  const onKeyDown = (event: React.KeyboardEvent, id: string) => {
    if (event.key === 'Escape' && chosenOf(selection, order) !== false) {
      event.preventDefault()
      onSelect(NOTHING)
      return
    }
    if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      onSelect(allOf(order))
      return
    }
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    const to = by === undefined ? undefined : order[order.indexOf(id) + by]
    if (to === undefined) return
    event.preventDefault()
    boxes.current.get(to)?.focus()
    if (!event.shiftKey) return
    const from = isChosen(selection, id) ? selection : toggled(selection, id, order, false)
    onSelect(isChosen(from, to) ? from : toggled(from, to, order, true))
  }
  return (
    <Table label="Runs">
      <TableHead>
        <HeadCell className="w-8 pr-0">
          <SelectBox
            label="Choose all loaded runs"
            checked={chosenOf(selection, order)}
            onPress={() => onSelect(chosenOf(selection, order) === true ? NOTHING : allOf(order))}
          />
        </HeadCell>
        <HeadCell className="max-sm:hidden">Status</HeadCell>
        <HeadCell>Workflow</HeadCell>
        <HeadCell className="max-md:hidden">Started by</HeadCell>
        <HeadCell className="max-sm:hidden">Created</HeadCell>
        <HeadCell className="text-right max-md:hidden">Took</HeadCell>
        <HeadCell className="w-20 max-sm:w-12">
          <span className="sr-only">Actions</span>
        </HeadCell>
      </TableHead>
      <tbody>
        {runs.map((run) => (
          <RunRow key={run.id} run={run} isChosen={isChosen(selection, run.id)} onDelete={() => onDelete(run)}>
            <SelectBox
              label={`Choose this run of ${run.workflow_name}`}
              checked={isChosen(selection, run.id)}
              onPress={(isRange) => onSelect(toggled(selection, run.id, order, isRange))}
              onKeyDown={(event) => onKeyDown(event, run.id)}
              ref={(box) => {
                if (box === null) boxes.current.delete(run.id)
                else boxes.current.set(run.id, box)
              }}
            />
          </RunRow>
        ))}
      </tbody>
    </Table>
  )
}
