import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'

import { http } from '@/api/client'
import { type Connection, follow } from '@/api/events'
import type { ApiProblem } from '@/api/problem'
import type { BulkAction, BulkOutcome, Document, Json, Resolution, Run, RunPage, RunStatus, StartRun, Step } from '@/api/types'

export const runsKey = ['runs'] as const

const PAGE_SIZE = 50

export interface RunFilter {
  workflow?: string | undefined
  status?: RunStatus | undefined
  needs_decision?: boolean | undefined
  from?: number | undefined
  to?: number | undefined
  search?: string | undefined
}

/** Runs of the workspace, newest first, a page at a time. */
export const runsQuery = (filter: RunFilter = {}) =>
  infiniteQueryOptions({
    queryKey: [...runsKey, 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      http.get<RunPage>('/runs', { query: { ...filter, limit: PAGE_SIZE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: [...runsKey, id],
    queryFn: ({ signal }) => http.get<Run>(`/runs/${id}`, { signal }),
  })

export const stepsQuery = (id: string) =>
  queryOptions({
    queryKey: [...runsKey, id, 'steps'],
    queryFn: ({ signal }) => http.get<Step[]>(`/runs/${id}/steps`, { signal }),
  })

/** The document the run executed. */
export const runDocumentQuery = (id: string) =>
  queryOptions({
    queryKey: [...runsKey, id, 'document'],
    queryFn: ({ signal }) => http.get<Document>(`/runs/${id}/document`, { signal }),
    staleTime: Infinity,
  })

export const startRun = (workflow: string, options: StartRun = {}) =>
  http.post<Run>(`/workflows/${workflow}/runs`, { body: options })

export const cancelRun = (id: string) => http.post<Run>(`/runs/${id}/cancel`)

export const rerun = (id: string, input?: Json) => http.post<Run>(`/runs/${id}/rerun`, { body: input === undefined ? {} : { input } })

/** A new run that takes over what finished before the failed step, or before a node that is named. */
export const retryRun = (id: string, from = 'failed') => http.post<Run>(`/runs/${id}/retry`, { body: { from } })

export const deleteRun = (id: string) => http.delete(`/runs/${id}`)

/** Most runs one request of `bulkRuns` may name. */
export const MOST_IN_BULK = 1_000

export const bulkRuns = (action: BulkAction, which: { ids: string[] } | { filter: RunFilter }, signal?: AbortSignal) =>
  http.post<BulkOutcome>('/runs/bulk', { body: { action, ...which }, signal })

/** Says what became of a step that was under way when the server died. */
export const resolveStep = (id: string, step: { path: string; resolution: Resolution; output?: Json }) =>
  http.post<undefined>(`/runs/${id}/steps/resolve`, { body: step })

export function hasEnded(status: RunStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled'
}

export interface RunFollower {
  onStep: (step: Step) => void
  onRun: (run: Run) => void
  onConnection?: (connection: Connection) => void
  onProblem?: (problem: ApiProblem) => void
}

/** Replays what happened in a run and follows it to its end. Returns the function that stops it. */
export function followRun(id: string, follower: RunFollower): () => void {
  return follow({
    path: `/runs/${id}/events`,
    ...callbacks(follower),
    onEvent: ({ event, data }) => {
      if (event === 'step') follower.onStep(JSON.parse(data) as Step)
      if (event !== 'run') return 'continue'
      const run = JSON.parse(data) as Run
      follower.onRun(run)
      return hasEnded(run.status) ? 'end' : 'continue'
    },
  })
}

/** Tells of every run of a workflow that starts, changes or ends from now on. Returns the function that stops it. */
export function followWorkflow(id: string, follower: Omit<RunFollower, 'onStep'>): () => void {
  return follow({
    path: `/workflows/${id}/events`,
    ...callbacks(follower),
    onEvent: ({ event, data }) => {
      if (event === 'run') follower.onRun(JSON.parse(data) as Run)
      return 'continue'
    },
  })
}

function callbacks({ onConnection, onProblem }: Pick<RunFollower, 'onConnection' | 'onProblem'>) {
  return { ...(onConnection && { onConnection }), ...(onProblem && { onProblem }) }
}
