import { type ComponentProps, type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { ChevronDown } from 'lucide-react'

import { classNames } from '@/ui/class_names'
import { Input } from '@/ui/Input'

/** A line of the list: a choice, or something that can be done there. */
export interface ComboboxRow {
  key: string
  label: string
  hint?: string | undefined
  /** What is chosen now. */
  isChosen?: boolean
  /** For what is done in the list, such as showing more of it. */
  keepsOpen?: boolean
  onSelect: () => void
}

export interface ComboboxProps extends Omit<ComponentProps<'input'>, 'value' | 'onChange' | 'onBlur' | 'onSelect' | 'children'> {
  /** What is chosen, in words. */
  text: string
  rows: readonly ComboboxRow[]
  /** What there is to say of the list: that it loads, is empty, or failed. */
  status: ReactNode
  onOpenChange: (isOpen: boolean) => void
  /** Told what is typed, to find a choice by. */
  onType: (typed: string) => void
  /** The focus leaves while something is typed that nobody chose. */
  onLeave: (typed: string) => void
}

/** A text field with a list of choices, which its owner finds for what is typed. */
export function Combobox({ text, rows, status, onOpenChange, onType, onLeave, ...rest }: ComboboxProps) {
  const listId = useId()
  const list = useRef<HTMLUListElement>(null)
  const [isOpen, setOpen] = useState(false)
  const [typed, setTyped] = useState<string | null>(null)
  const [active, setActive] = useState(0)
  const at = Math.min(active, rows.length - 1)

  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' })
  }, [at])

  const open = () => {
    setOpen(true)
    setActive(0)
    onOpenChange(true)
  }
  const close = () => {
    setOpen(false)
    setTyped(null)
    onOpenChange(false)
  }
  const select = (row: ComboboxRow) => {
    if (row.keepsOpen !== true) close()
    row.onSelect()
  }
  const type = (next: string) => {
    open()
    setTyped(next)
    onType(next)
  }
  const keyDown = (event: KeyboardEvent) => {
    const row = rows[at]
    if (event.key === 'ArrowDown' && !isOpen) open()
    else if (event.key === 'ArrowDown') setActive(Math.min(rows.length - 1, at + 1))
    else if (event.key === 'ArrowUp' && isOpen) setActive(Math.max(0, at - 1))
    else if (event.key === 'Enter' && isOpen && row !== undefined) select(row)
    else if (event.key === 'Escape' && isOpen) close()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div className="relative">
      <Input
        {...rest}
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && at >= 0 ? `${listId}-${at}` : undefined}
        className="pr-8"
        value={typed ?? text}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => type(event.target.value)}
        onClick={(event) => {
          if (isOpen) return
          // What is typed next looks for another choice.
          event.currentTarget.select()
          open()
        }}
        onKeyDown={keyDown}
        onBlur={() => {
          if (typed !== null && typed !== '') onLeave(typed)
          close()
        }}
      />
      <ChevronDown aria-hidden className="pointer-events-none absolute top-2 right-2 size-4 text-muted" />
      <div
        hidden={!isOpen}
        className="absolute inset-x-0 top-full z-20 mt-1 rounded-lg border border-line bg-raised p-1 shadow-high"
      >
        <div role="status" className="text-xs text-muted">
          {isOpen && status}
        </div>
        <ul ref={list} id={listId} role="listbox" aria-label="Choices" className="max-h-56 overflow-y-auto">
          {rows.map((row, place) => (
            // Keys go to the input, which says by `aria-activedescendant` which option they are about.
            // eslint-disable-next-line jsx-a11y/click-events-have-key-events
            <li
              key={row.key}
              id={`${listId}-${place}`}
              role="option"
              tabIndex={-1}
              aria-selected={row.isChosen === true}
              // Pressing must not take the focus from the input: losing it closes the list before the click arrives.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => select(row)}
              onMouseMove={() => setActive(place)}
              className={classNames(
                'flex min-h-7 cursor-default items-center justify-between gap-3 rounded-md px-2 py-1',
                place === at && 'bg-pressed',
                row.isChosen === true && 'font-medium',
                row.keepsOpen === true && 'text-accent-ink',
              )}
            >
              <span className="min-w-0 break-words">{row.label}</span>{' '}
              {row.hint !== undefined && <span className="shrink-0 text-xs font-normal text-muted">{row.hint}</span>}
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}
