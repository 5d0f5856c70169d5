import type { RunFilter } from '@/api/runs'
import type { RunStatus } from '@/api/types'

/** The filters of the runs page, as they stand in its URL. Days are `YYYY-MM-DD` in the user's zone. */
export interface RunsSearch {
  workflow?: string
  /** `person`: a step of it waits for somebody to decide. */
  status?: RunStatus | 'person'
  from?: string
  to?: string
  search?: string
}

export const RUN_STATUSES: readonly RunStatus[] = ['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled']

const CHOICES = [...RUN_STATUSES, 'person'] as const

const DAY = /^\d{4}-\d{2}-\d{2}$/

/** What a URL says; whatever it says wrongly is left out. */
export function parseRunsSearch(search: Record<string, unknown>): RunsSearch {
  const workflow = textOf(search.workflow)
  const status = CHOICES.find((each) => each === search.status)
  const from = dayOf(search.from)
  const to = dayOf(search.to)
  const words = textOf(search.search)
  return {
    ...(workflow !== undefined && { workflow }),
    ...(status !== undefined && { status }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(words !== undefined && { search: words }),
  }
}

/** The same for the API: days become the moments they begin and end in the user's zone. */
export function filterOf({ workflow, status, from, to, search }: RunsSearch): RunFilter {
  return {
    ...(workflow !== undefined && { workflow }),
    ...(status !== undefined && (status === 'person' ? { needs_decision: true } : { status })),
    ...(from !== undefined && { from: startOfDay(from, 0) }),
    ...(to !== undefined && { to: startOfDay(to, 1) - 1 }),
    ...(search !== undefined && { search }),
  }
}

/** The search with one filter changed; an empty one is taken away. */
export function withFilter(search: RunsSearch, name: keyof RunsSearch, value: string): RunsSearch {
  return parseRunsSearch({ ...search, [name]: value })
}

export function isFiltered(search: RunsSearch): boolean {
  return Object.keys(search).length > 0
}

function startOfDay(day: string, offset: number): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  // The constructor counts days past the end of a month on, and knows days of 23 and 25 hours.
  return new Date(year, month - 1, date + offset).getTime()
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function dayOf(value: unknown): string | undefined {
  return typeof value === 'string' && DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined
}
