import { dragPath } from './drag_path'
import { RowActions } from './RowActions'
import { type Match, MOST_MATCHES } from './search'
import { KIND_COLOURS } from './value_colours'
import { kindOf, summary } from './values'

export interface SearchResultsProps {
  label: string
  /** Nothing while the search is under way. */
  matches: Match[] | null
  onPickPath: ((path: string) => void) | undefined
}

/** Where the words were found. */
export function SearchResults({ label, matches, onPickPath }: SearchResultsProps) {
  if (matches === null) return <p className="animate-delayed p-4 text-muted">Searching…</p>
  if (matches.length === 0) return <p className="p-4 text-muted">Nothing here has that in its name or value.</p>
  return (
    <div className="flex h-full flex-col overflow-hidden">
      <p role="status" className="px-3 py-1 text-xs text-muted">
        {matches.length >= MOST_MATCHES ? `The first ${MOST_MATCHES} matches` : `${matches.length} ${matches.length === 1 ? 'match' : 'matches'}`}
      </p>
      {/* Scrollable regions must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <ul aria-label={label} tabIndex={0} className="min-h-0 flex-1 overflow-auto -outline-offset-2">
        {matches.map(({ path, value }) => (
          <li key={path} className="group flex cursor-grab items-center gap-2 px-3 py-1 font-mono text-xs hover:bg-hover" {...dragPath(path)}>
            <span className="min-w-0">
              <span className="block truncate text-muted">{path}</span>
              <span className={`block truncate ${KIND_COLOURS[kindOf(value)]}`}>{summary(value)}</span>
            </span>
            <RowActions path={path} value={value} onPickPath={onPickPath} />
          </li>
        ))}
      </ul>
    </div>
  )
}
