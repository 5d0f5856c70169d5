import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { ExternalLink } from 'lucide-react'

import { workflowsQuery } from '@/api/workflows'
import { Select } from '@/ui/Input'

import type { ControlProps } from './widget_props'

interface WorkflowSelectProps {
  /** Its id. */
  value: string | undefined
  onChange: (value: string | undefined) => void
  control?: ControlProps
  ariaLabel?: string | undefined
  /** What no choice means. */
  none: string
}

/** One of the workspace's workflows, and the way to look at it. */
export function WorkflowSelect({ value, onChange, control, ariaLabel, none }: WorkflowSelectProps) {
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage, isPending } = useInfiniteQuery(workflowsQuery)
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const workflows = data?.pages.flatMap((page) => page.items) ?? []
  const isKnown = value === undefined || workflows.some(({ id }) => id === value)
  return (
    <div className="flex items-center gap-2">
      <Select
        {...control}
        {...(ariaLabel !== undefined && { 'aria-label': ariaLabel })}
        className="min-w-0 flex-1"
        value={value ?? ''}
        onChange={(next) => onChange(next === '' ? undefined : next)}
        options={[
          { value: '', label: none },
          ...(isKnown ? [] : [{ value, label: isPending || hasNextPage ? 'Loading…' : `${value} (not in this workspace)` }]),
          ...workflows.map(({ id, name, published_revision }) => ({ value: id, label: published_revision === null ? `${name} (not published)` : name })),
        ]}
      />
      {value !== undefined && isKnown && (
        <a
          href={`/workflows/${value}`}
          target="_blank"
          rel="noreferrer"
          aria-label="Open this workflow in another tab"
          className="inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink"
        >
          <ExternalLink aria-hidden className="size-4" />
        </a>
      )}
    </div>
  )
}
