import { Braces, Copy, TextCursorInput } from 'lucide-react'
import type { ReactNode } from 'react'

import { copy } from './copy'
import { copyText } from './values'

export interface RowActionsProps {
  path: string
  value: unknown
  onPickPath: ((path: string) => void) | undefined
}

/** What can be done with one value, by pointer; the keys of the tree do the same. */
export function RowActions({ path, value, onPickPath }: RowActionsProps) {
  return (
    <span className="ml-auto hidden shrink-0 items-center rounded-md bg-raised shadow-low group-hover:flex group-focus-visible/tree:group-data-[active=true]:flex">
      {onPickPath && (
        <RowAction label="Insert into the field" onClick={() => onPickPath(path)}>
          <TextCursorInput aria-hidden className="size-3.5" />
        </RowAction>
      )}
      <RowAction label="Copy path" onClick={() => void copy(path, 'Path')}>
        <Braces aria-hidden className="size-3.5" />
      </RowAction>
      <RowAction label="Copy value" onClick={() => void copy(copyText(value), 'Value')}>
        <Copy aria-hidden className="size-3.5" />
      </RowAction>
    </span>
  )
}

function RowAction({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      // Hundreds of stops would bury the rest of the page; the tree has keys for these.
      tabIndex={-1}
      title={label}
      onClick={(event) => {
        event.stopPropagation()
        onClick()
      }}
      className="inline-flex size-6 items-center justify-center rounded-sm text-muted hover:bg-hover hover:text-ink"
    >
      {children}
    </button>
  )
}
