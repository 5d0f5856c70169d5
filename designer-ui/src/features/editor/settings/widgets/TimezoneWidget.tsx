import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'

import { classNames } from '@/ui/class_names'
import { Input } from '@/ui/Input'

import { findZones, offsetOf, timeZones } from '../time_zones'
import type { WidgetProps } from '../widget_props'
import { textOf } from './TextWidget'

/** A time zone, found by typing a part of its name. */
export function TimezoneWidget({ field, value, onChange, control, path, ariaLabel }: WidgetProps) {
  const listId = useId()
  const list = useRef<HTMLUListElement>(null)
  const zones = useMemo(() => timeZones(), [])
  const [isOpen, setOpen] = useState(false)
  /** What was typed since the list opened; the value changes only when that is a zone. */
  const [typed, setTyped] = useState<string | null>(null)
  const [active, setActive] = useState(0)
  const [nowMs] = useState(() => Date.now())
  const found = isOpen ? findZones(zones, typed ?? '') : []
  const text = textOf(value)

  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' })
  }, [active])

  const open = () => {
    setOpen(true)
    setActive(0)
  }
  const close = () => {
    setOpen(false)
    setTyped(null)
  }
  const choose = (zone: string) => {
    close()
    onChange(zone)
  }
  const type = (next: string) => {
    open()
    setTyped(next)
    if (next === '') onChange(undefined, { coalesce: path })
    else if (zones.includes(next)) onChange(next, { coalesce: path })
  }
  const leave = () => {
    // The server may know zones this browser does not, so what nothing matches is left to it to judge.
    if (typed !== null && typed !== '' && found.length === 0) onChange(typed)
    close()
  }
  const keyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' && !isOpen) open()
    else if (event.key === 'ArrowDown') setActive(Math.min(found.length - 1, active + 1))
    else if (event.key === 'ArrowUp') setActive(Math.max(0, active - 1))
    else if (event.key === 'Enter' && isOpen && found[active] !== undefined) choose(found[active])
    else if (event.key === 'Escape' && isOpen) close()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div className="relative">
      <Input
        {...control}
        aria-label={ariaLabel}
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && found.length > 0 ? `${listId}-${active}` : undefined}
        value={typed ?? text}
        placeholder={field.placeholder ?? 'UTC'}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => type(event.target.value)}
        onClick={() => !isOpen && open()}
        onKeyDown={keyDown}
        onBlur={leave}
      />
      <ul
        ref={list}
        id={listId}
        role="listbox"
        aria-label="Matches"
        hidden={!isOpen || found.length === 0}
        className="absolute inset-x-0 top-full z-20 mt-1 max-h-56 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-high"
      >
        {found.map((zone, at) => (
          // Keys go to the input, which says by `aria-activedescendant` which option they are about.
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events
          <li
            key={zone}
            id={`${listId}-${at}`}
            role="option"
            tabIndex={-1}
            aria-selected={at === active}
            // Pressing must not take the focus from the input: losing it closes the list before the click arrives.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(zone)}
            onMouseMove={() => setActive(at)}
            className={classNames('flex h-7 cursor-default items-center justify-between rounded-md px-2', at === active && 'bg-pressed', zone === text && 'font-medium')}
          >
            {zone.replaceAll('_', ' ')}
            <span className="tabular text-xs text-muted">{offsetOf(zone, nowMs)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
