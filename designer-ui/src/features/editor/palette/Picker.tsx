import { type ReactNode, useEffect, useId, useMemo, useState } from 'react'
import { Search } from 'lucide-react'

import { classNames } from '@/ui/class_names'

export interface PickerOption {
  id: string
  /** What it is called: the accessible name. */
  title: string
  detail?: string
  icon?: ReactNode
  /** Shown at the end of the line. */
  end?: ReactNode
  disabled?: boolean
}

export interface PickerGroup {
  title: string
  options: PickerOption[]
}

interface PickerProps {
  label: string
  placeholder: string
  query: string
  onQuery: (query: string) => void
  groups: PickerGroup[]
  onChoose: (id: string) => void
  /** Told when another option is the one Enter would choose. */
  onActive?: (id: string | null) => void
  empty: ReactNode
}

/**
 * A search field over a list: typing filters, arrows move, Enter chooses. The field keeps the focus and names the active
 * option, so it stays a search box to people and to readers.
 */
export function Picker({ label, placeholder, query, onQuery, groups, onChoose, onActive, empty }: PickerProps) {
  const id = useId()
  const options = useMemo(() => groups.flatMap((group, g) => group.options.map((option, o) => ({ ...option, key: `${id}-${g}-${o}` }))), [groups, id])
  const [activeKey, setActiveKey] = useState<string | null>(null)
  const index = Math.max(0, options.findIndex((option) => option.key === activeKey && option.disabled !== true))
  const active = options[index]?.disabled === true ? options.find((option) => option.disabled !== true) : options[index]

  useEffect(() => onActive?.(active?.id ?? null), [active?.id, onActive])
  useEffect(() => {
    if (active !== undefined) document.getElementById(active.key)?.scrollIntoView({ block: 'nearest' })
  }, [active])

  const move = (by: number) => {
    const enabled = options.filter((option) => option.disabled !== true)
    const at = enabled.findIndex((option) => option.key === active?.key)
    const next = enabled[(at + by + enabled.length) % enabled.length]
    if (next !== undefined) setActiveKey(next.key)
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-12 shrink-0 items-center gap-2 border-b border-line px-4">
        <Search aria-hidden className="size-4 text-muted" />
        <input
          type="search"
          autoFocus
          aria-label={label}
          aria-controls={`${id}-list`}
          aria-activedescendant={active?.key}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          placeholder={placeholder}
          value={query}
          onChange={(event) => {
            setActiveKey(null)
            onQuery(event.target.value)
          }}
          onKeyDown={(event) => {
            const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 6, PageUp: -6 }[event.key]
            if (by !== undefined) move(by)
            else if (event.key === 'Enter' && active !== undefined) onChoose(active.id)
            else return
            event.preventDefault()
          }}
          className="h-full flex-1 bg-transparent text-base text-ink outline-none [&::-webkit-search-cancel-button]:hidden"
        />
      </div>
      <p role="status" className="sr-only">
        {active?.detail}
      </p>
      {options.length === 0 ? (
        <div className="px-4 py-10 text-center text-muted">{empty}</div>
      ) : (
        <div id={`${id}-list`} role="listbox" aria-label={label} className="min-h-0 flex-1 overflow-y-auto p-2">
          {groups.map((group, g) => (
            <div key={group.title} role="group" aria-label={group.title}>
              <div aria-hidden className="px-2 pt-2 pb-1 text-xs font-medium text-muted">
                {group.title}
              </div>
              {group.options.map((option, o) => (
                <Option
                  key={option.id}
                  id={`${id}-${g}-${o}`}
                  option={option}
                  isActive={active?.key === `${id}-${g}-${o}`}
                  onPoint={() => setActiveKey(`${id}-${g}-${o}`)}
                  onChoose={() => onChoose(option.id)}
                />
              ))}
            </div>
          ))}
        </div>
      )}
    </div>
  )
}

interface OptionProps {
  id: string
  option: PickerOption
  isActive: boolean
  onPoint: () => void
  onChoose: () => void
}

function Option({ id, option, isActive, onPoint, onChoose }: OptionProps) {
  const isDisabled = option.disabled === true
  return (
    // The keyboard is served by the search field, which owns the focus.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isActive}
      aria-disabled={isDisabled || undefined}
      className={classNames(
        'flex min-h-11 cursor-pointer items-center gap-3 rounded-md px-2 py-1',
        isActive && 'bg-accent-soft',
        isDisabled && 'cursor-not-allowed opacity-60',
      )}
      onPointerMove={isDisabled ? undefined : onPoint}
      onClick={isDisabled ? undefined : onChoose}
    >
      {option.icon}
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium text-ink">{option.title}</span>
        {option.detail !== undefined && (
          // The name is the title alone; a status reads what describes it.
          <span aria-hidden className="block truncate text-xs text-muted">
            {option.detail}
          </span>
        )}
      </span>
      {option.end !== undefined && <span aria-hidden>{option.end}</span>}
    </div>
  )
}
