import { Braces, ListTree, Table2 } from 'lucide-react'
import { type ReactNode, useDeferredValue, useMemo, useState } from 'react'

import { IconButton } from '@/ui/IconButton'
import { SearchInput } from '@/ui/Input'
import { Segmented } from '@/ui/Segmented'
import { Copy } from 'lucide-react'

import { copy } from './copy'
import { dragPath } from './drag_path'
import { RawView } from './RawView'
import { SearchResults } from './SearchResults'
import { tableOf } from './table'
import { TableView } from './TableView'
import { TreeView } from './TreeView'
import { useSearch } from './use_search'
import { KIND_COLOURS } from './value_colours'
import { copyText, countText, kindOf, sizeOf } from './values'

type View = 'tree' | 'table' | 'raw'

export interface DataPaneProps {
  /** What the data is, for its accessible name: "Output". */
  label: string
  value: unknown
  /** How expressions name the whole of it: `steps.order_in`. */
  path: string
  onPickPath?: ((path: string) => void) | undefined
  /** Shown when there is no data. */
  empty: ReactNode
}

/** Any JSON value as a tree, a table or text; searched, copied and dragged into fields. Made for megabytes. */
export function DataPane({ label, value, path, onPickPath, empty }: DataPaneProps) {
  const [chosen, setChosen] = useState<View | null>(null)
  const [words, setWords] = useState('')
  const matches = useSearch(value, path, useDeferredValue(words))
  const table = useMemo(() => tableOf(value), [value])
  if (value === undefined || value === null) return empty

  const view = chosen === 'table' && !table ? 'tree' : (chosen ?? (table ? 'table' : 'tree'))
  const isPlain = sizeOf(value) === 0
  return (
    <div className="flex h-full min-h-0 flex-col">
      {!isPlain && (
        <div className="flex shrink-0 items-center gap-1.5 border-b border-line px-2 py-1.5">
          <SearchInput label={`Search ${label.toLowerCase()}`} value={words} onChange={setWords} className="min-w-0 flex-1" />
          <Segmented label="View" value={view} onChange={setChosen} options={viewsFor(table !== null)} />
          <IconButton label={`Copy ${label.toLowerCase()}`} icon={<Copy />} size="sm" onClick={() => void copy(copyText(value), label)} />
        </div>
      )}
      {!isPlain && (
        <p className="shrink-0 px-3 pt-1.5 text-xs text-muted">
          <code className="cursor-grab font-mono text-ink" {...dragPath(path)}>
            {path}
          </code>{' '}
          · {kindOf(value)}, {countText(value)}
        </p>
      )}
      <div className="min-h-0 flex-1">
        {words.trim() !== '' ? (
          <SearchResults label={`Matches in ${label.toLowerCase()}`} matches={matches} onPickPath={onPickPath} />
        ) : isPlain ? (
          <PlainValue value={value} path={path} />
        ) : view === 'table' && table ? (
          <TableView label={label} table={table} path={path} onPickPath={onPickPath} />
        ) : view === 'raw' ? (
          <RawView label={label} value={value} />
        ) : (
          // Another value starts with its own lines open.
          <TreeView key={path} label={label} value={value} path={path} onPickPath={onPickPath} />
        )}
      </div>
    </div>
  )
}

function PlainValue({ value, path }: { value: unknown; path: string }) {
  const kind = kindOf(value)
  return (
    <div className="group flex items-start gap-2 p-3 font-mono text-xs" {...dragPath(path)}>
      <pre className={`min-w-0 flex-1 whitespace-pre-wrap break-words ${KIND_COLOURS[kind]}`}>{copyText(value).slice(0, 100_000)}</pre>
      <IconButton label="Copy value" icon={<Copy />} size="sm" onClick={() => void copy(copyText(value), 'Value')} />
    </div>
  )
}

function viewsFor(hasTable: boolean): { value: View; label: ReactNode; title: string }[] {
  return [
    { value: 'tree', label: <ViewIcon name="Tree" icon={<ListTree aria-hidden />} />, title: 'Tree' },
    ...(hasTable ? [{ value: 'table' as const, label: <ViewIcon name="Table" icon={<Table2 aria-hidden />} />, title: 'Table' }] : []),
    { value: 'raw', label: <ViewIcon name="JSON" icon={<Braces aria-hidden />} />, title: 'JSON' },
  ]
}

function ViewIcon({ name, icon }: { name: string; icon: ReactNode }) {
  return (
    <>
      {icon}
      <span className="sr-only">{name}</span>
    </>
  )
}
