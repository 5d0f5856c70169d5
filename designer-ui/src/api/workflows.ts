import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'

import { http } from '@/api/client'
import type { PluginTrigger, Sample } from '@/api/plugin_types'
import type { Document, Page, Problem, Revision, RevisionSummary, SavedDraft, Workflow, WorkflowSummary } from '@/api/types'

export const workflowsKey = ['workflows'] as const

const PAGE_SIZE = 100

/** All workflows, a page at a time. */
export const workflowsQuery = infiniteQueryOptions({
  queryKey: [...workflowsKey, 'list'],
  queryFn: ({ pageParam, signal }) =>
    http.get<Page<WorkflowSummary>>('/workflows', { query: { limit: PAGE_SIZE, cursor: pageParam }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next ?? undefined,
})

export const workflowQuery = (id: string) =>
  queryOptions({
    queryKey: [...workflowsKey, id],
    queryFn: ({ signal }) => http.get<Workflow>(`/workflows/${id}`, { signal }),
  })

export const revisionsQuery = (id: string) =>
  queryOptions({
    queryKey: [...workflowsKey, id, 'revisions'],
    queryFn: ({ signal }) => http.get<Page<RevisionSummary>>(`/workflows/${id}/revisions`, { signal }),
  })

export const revisionQuery = (id: string, revision: number) =>
  queryOptions({
    queryKey: [...workflowsKey, id, 'revisions', revision],
    queryFn: ({ signal }) => http.get<Revision>(`/workflows/${id}/revisions/${revision}`, { signal }),
    staleTime: Infinity,
  })

export const createWorkflow = (workflow: { name: string; document?: Document }) =>
  http.post<Workflow>('/workflows', { body: workflow })

export const renameWorkflow = (id: string, name: string) => http.patch<Workflow>(`/workflows/${id}`, { body: { name } })

export const duplicateWorkflow = (id: string) => http.post<Workflow>(`/workflows/${id}/duplicate`)

export const deleteWorkflow = (id: string) => http.delete(`/workflows/${id}`)

/** Saves the draft unless somebody else saved it since `etag` was read: then an `ApiProblem` of code `draft_changed`. */
export const saveDraft = (id: string, document: Document, etag: string) =>
  http.put<SavedDraft>(`/workflows/${id}/draft`, { body: document, headers: { 'If-Match': etag } })

export const publishWorkflow = (id: string, note?: string) =>
  http.post<{ revision: number; problems: Problem[] }>(`/workflows/${id}/publish`, { body: note === undefined ? {} : { note } })

export const unpublishWorkflow = (id: string) => http.post<undefined>(`/workflows/${id}/unpublish`)

export const checkDocument = (document: Document) => http.post<{ problems: Problem[] }>('/documents/check', { body: document })

/** How the triggers of plugins in the published revision fare. */
export const pluginTriggersQuery = (id: string, revision: number | null) =>
  queryOptions({
    queryKey: [...workflowsKey, id, 'triggers', revision],
    queryFn: async ({ signal }) => (await http.get<{ items: PluginTrigger[] }>(`/workflows/${id}/triggers`, { signal })).items,
  })

/** Polls a trigger of the draft without starting a run. */
export const sampleTrigger = (id: string, node: string) => http.post<Sample>(`/workflows/${id}/sample`, { body: { node } })
