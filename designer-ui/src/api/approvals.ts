import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'

import { http } from '@/api/client'
import type { Approval, ApprovalAnswer, ApprovalStatus, Page, PublicApproval } from '@/api/types'

export const approvalsKey = ['approvals'] as const

const PAGE_SIZE = 50

/** What waits for an answer, or has one, a page at a time. */
export const approvalsQuery = (status: ApprovalStatus) =>
  infiniteQueryOptions({
    queryKey: [...approvalsKey, status],
    queryFn: ({ pageParam, signal }) =>
      http.get<Page<Approval>>('/approvals', { query: { status, limit: PAGE_SIZE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })

export const answerApproval = (runId: string, answer: ApprovalAnswer & { path: string }) =>
  http.post<undefined>(`/runs/${runId}/approvals`, { body: answer })

const publicPath = (token: string) => `/public/approvals/${encodeURIComponent(token)}`

/** The approval a link leads to; whoever holds the link may answer. */
export const publicApprovalQuery = (token: string) =>
  queryOptions({
    queryKey: [...approvalsKey, 'public', token],
    queryFn: ({ signal }) => http.get<PublicApproval>(publicPath(token), { signal }),
    refetchOnWindowFocus: false,
  })

export const answerPublicApproval = (token: string, answer: ApprovalAnswer & { name?: string }) =>
  http.post<undefined>(publicPath(token), { body: answer })
