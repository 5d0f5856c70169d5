import { useEffect, useState } from 'react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { X } from 'lucide-react'

import { workflowsQuery } from '@/api/workflows'
import { isFiltered, RUN_STATUSES, type RunsSearch, withFilter } from '@/features/runs/search'
import { Button } from '@/ui/Button'
import { Input, SearchInput, Select } from '@/ui/Input'
import { statusLabel } from '@/ui/StatusBadge'

const SEARCH_AFTER_MS = 250

/** What the runs page shows, kept in its URL. */
export function RunsFilters({ search }: { search: RunsSearch }) {
  const navigate = useNavigate({ from: '/runs' })
  const { data } = useInfiniteQuery(workflowsQuery)
  const workflows = data?.pages.flatMap((page) => page.items) ?? []
  const set = (name: keyof RunsSearch, value: string) =>
    void navigate({ search: (current) => withFilter(current, name, value), replace: true })

  return (
    <div role="search" aria-label="Filter runs" className="flex flex-wrap items-center gap-2">
      <DelayedSearch value={search.search ?? ''} onChange={(value) => set('search', value)} />
      <Select
        aria-label="Workflow"
        className="w-48"
        value={search.workflow ?? ''}
        onChange={(value) => set('workflow', value)}
        options={[
          { value: '', label: 'All workflows' },
          ...workflows.map(({ id, name }) => ({ value: id, label: name })),
          ...missing(search.workflow, workflows),
        ]}
      />
      <Select
        aria-label="Status"
        className="w-36"
        value={search.status ?? ''}
        onChange={(value) => set('status', value)}
        options={[
          { value: '', label: 'Any status' },
          ...RUN_STATUSES.map((value) => ({ value, label: statusLabel(value) })),
          { value: 'person', label: 'Needs a decision' },
        ]}
      />
      <div className="flex items-center gap-1.5">
        <Input
          type="date"
          aria-label="From day"
          className="w-36"
          value={search.from ?? ''}
          {...(search.to !== undefined && { max: search.to })}
          onChange={(event) => set('from', event.target.value)}
        />
        <span className="text-muted">to</span>
        <Input
          type="date"
          aria-label="To day"
          className="w-36"
          value={search.to ?? ''}
          {...(search.from !== undefined && { min: search.from })}
          onChange={(event) => set('to', event.target.value)}
        />
      </div>
      {isFiltered(search) && (
        <Button variant="ghost" asChild>
          <Link to="/runs">
            <X aria-hidden />
            Clear
          </Link>
        </Button>
      )}
    </div>
  )
}

/** The workflow of the filter, when it is not among those loaded: it may be deleted, its runs are still there. */
function missing(id: string | undefined, workflows: { id: string }[]) {
  if (id === undefined || workflows.some((workflow) => workflow.id === id)) return []
  return [{ value: id, label: id }]
}

function DelayedSearch({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(value)
  const [shown, setShown] = useState(value)
  // The URL changed by other means, such as the back button.
  if (shown !== value) {
    setShown(value)
    if (text.trim() !== value) setText(value)
  }

  useEffect(() => {
    const words = text.trim()
    if (words === value) return undefined
    const timer = setTimeout(() => onChange(words), SEARCH_AFTER_MS)
    return () => clearTimeout(timer)
  })
  return (
    <SearchInput
      label="Search runs"
      placeholder="Search in errors, input and output"
      className="min-w-60 flex-1"
      value={text}
      onChange={setText}
    />
  )
}
