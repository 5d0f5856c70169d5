import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'

import { http } from '@/api/client'
import type { Page, ScheduleFire, ScheduleRow } from '@/api/types'

export const schedulesQuery = queryOptions({
  queryKey: ['schedules'],
  queryFn: ({ signal }) => http.get<Page<ScheduleRow>>('/schedules', { signal }),
})

const PAGE_SIZE = 50

/** What a schedule fired and what it left out, newest first, a page at a time. */
export const firesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [...schedulesQuery.queryKey, id, 'fires'],
    queryFn: ({ pageParam, signal }) =>
      http.get<Page<ScheduleFire>>(`/schedules/${encodeURIComponent(id)}/fires`, { query: { limit: PAGE_SIZE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })

export interface SchedulePreview {
  cron: string
  timezone: string
  from_ms?: number
  count?: number
}

/** The next times a cron line fires; an `ApiProblem` with `field` when the line or the zone is wrong. */
export const previewSchedule = (schedule: SchedulePreview, signal?: AbortSignal) =>
  http.post<{ next_ms: number[] }>('/schedules/preview', { body: schedule, signal })
