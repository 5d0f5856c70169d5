import { useState } from 'react'
import { useInfiniteQuery } from '@tanstack/react-query'

import { asProblem } from '@/api/problem'
import type { Asked, ParameterChoice } from '@/api/plugin_types'
import type { Json } from '@/api/types'
import { Combobox, type ComboboxRow } from '@/ui/Combobox'
import { useSettled } from '@/ui/settled'

import { asked, type Asking, useAsking } from '../asking'
import { type Field, mainType } from '../fields'
import { sameJson } from '../values'
import type { WidgetProps } from '../widget_props'
import { textOf } from './TextWidget'

const PAUSE_MS = 250
const KEPT_MS = 60_000

/** One of the values that the plugin names while somebody looks for it, or one that was typed. */
export function DynamicSelectWidget({ field, value, onChange, control, path, ariaLabel }: WidgetProps) {
  const asking = useAsking()
  const [isOpen, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState<ParameterChoice | null>(null)
  /** What was there at first is looked up once, to show it by its name. */
  const [atFirst] = useState(() => (value === undefined ? null : asked(asking.node, field.key)))
  const search = useSettled(typed.trim(), PAUSE_MS)
  const found = useChoices(asking, asked(asking.node, field.key), field, search, isOpen)
  const named = useChoices(asking, atFirst ?? asked(asking.node, field.key), field, '', atFirst !== null)

  const isCurrent = isOpen && search === typed.trim()
  const choices = isCurrent ? itemsOf(found) : []
  const isLoading = isOpen && (!isCurrent || found.isPending || (found.isFetching && found.isError))
  const seen = [...(chosen === null ? [] : [chosen]), ...choices, ...itemsOf(named)]
  const shown = seen.find((choice) => sameJson(choice.value, value))?.label ?? textOf(value)

  const choose = (choice: ParameterChoice) => {
    setChosen(choice)
    onChange(choice.value)
  }
  const take = (text: string) => onChange(valueOf(field, text))
  const type = (text: string) => {
    setTyped(text)
    if (text === '') onChange(undefined, { coalesce: path })
  }
  const meant = (text: string) => seen.find(({ label, value: each }) => label === text || textOf(each) === text)
  const leave = (text: string) => {
    const choice = meant(text.trim())
    if (choice) choose(choice)
    // What was only searched for is no value, unless nothing came of the search.
    else if (choices.length === 0) take(text.trim())
  }

  const word = typed.trim()
  const rows: ComboboxRow[] = [
    ...choices.map((choice) => ({
      key: JSON.stringify(choice.value),
      label: choice.label,
      hint: choice.hint,
      isChosen: sameJson(choice.value, value),
      onSelect: () => choose(choice),
    })),
    ...(isCurrent && found.hasNextPage ? [{ key: 'more', label: 'Show more', keepsOpen: true, onSelect: () => void found.fetchNextPage() }] : []),
    ...(isCurrent && found.isError && !isLoading ? [{ key: 'again', label: 'Try again', keepsOpen: true, onSelect: () => void found.refetch() }] : []),
    ...(word !== '' && meant(word) === undefined ? [{ key: 'typed', label: `Use “${word}”`, onSelect: () => take(word) }] : []),
  ]
  return (
    <Combobox
      {...control}
      aria-label={ariaLabel}
      placeholder={field.placeholder ?? 'Choose or type'}
      text={shown}
      rows={rows}
      status={<Status isLoading={isLoading || found.isFetchingNextPage} error={found.error} count={choices.length} search={word} />}
      onOpenChange={(next) => {
        setOpen(next)
        if (!next) setTyped('')
      }}
      onType={type}
      onLeave={leave}
    />
  )
}

function useChoices({ options }: Asking, about: Asked, { key }: Field, search: string, isAsked: boolean) {
  return useInfiniteQuery({
    queryKey: ['node-types', 'options', about, key, search],
    queryFn: ({ pageParam, signal }) =>
      options({ ...about, field: key, ...(search !== '' && { search }), ...(pageParam !== undefined && { cursor: pageParam }) }, signal),
    initialPageParam: undefined as Json | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    enabled: isAsked,
    staleTime: KEPT_MS,
    refetchOnWindowFocus: false,
    // Somebody waits: the plugin's own words are worth more than another try.
    retry: false,
  })
}

const itemsOf = ({ data }: ReturnType<typeof useChoices>) => data?.pages.flatMap(({ items }) => items) ?? []

function Status({ isLoading, error, count, search }: { isLoading: boolean; error: Error | null; count: number; search: string }) {
  if (isLoading) return <p className="animate-delayed px-2 py-1">Loading choices…</p>
  if (error !== null) return <p className="px-2 py-1 break-words text-danger-ink">{asProblem(error).message}</p>
  if (count > 0) return <p className="sr-only">{count === 1 ? '1 choice' : `${count} choices`}</p>
  return <p className="px-2 py-1">{search === '' ? 'There is nothing to choose from.' : `Nothing is called “${search}”.`}</p>
}

/** A typed value, as a number where the schema wants one. */
function valueOf({ schema }: Field, text: string): Json {
  const type = mainType(schema)
  const isNumber = (type === 'number' || type === 'integer') && Number.isFinite(Number(text))
  return isNumber ? Number(text) : text
}
