import { queryOptions } from '@tanstack/react-query'

import { http } from '@/api/client'
import type { Page, ScheduleRow } from '@/api/types'

export const schedulesQuery = queryOptions({
  queryKey: ['schedules'],
  queryFn: ({ signal }) => http.get<Page<ScheduleRow>>('/schedules', { signal }),
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
