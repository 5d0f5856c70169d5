import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'

import { asProblem } from '@/api/problem'
import type { Document } from '@/api/types'
import { createWorkflow, deleteWorkflow, duplicateWorkflow, renameWorkflow, workflowQuery, workflowsKey } from '@/api/workflows'
import { downloadDocument, readDocument } from '@/features/workflows/document_file'
import { toast } from '@/ui/toast'

/** Makes a workflow and opens it. */
export function useCreate() {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: (workflow: { name: string; document?: Document }) => createWorkflow(workflow),
    onSuccess: async (workflow) => {
      queryClient.setQueryData(workflowQuery(workflow.id).queryKey, workflow)
      void queryClient.invalidateQueries({ queryKey: [...workflowsKey, 'list'] })
      await navigate({ to: '/workflows/$id', params: { id: workflow.id } })
    },
  })
}

/** Makes a workflow of a file and opens it. */
export function useImport() {
  const create = useCreate()
  return useMutation({
    mutationFn: async (file: File) => {
      const document = await readDocument(file)
      return create.mutateAsync({ name: document.name, document })
    },
    onError: (error) => toast({ tone: 'danger', title: 'Could not import the file', detail: asProblem(error).message }),
  })
}

export function useRename() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: ({ id, name }: { id: string; name: string }) => renameWorkflow(id, name),
    onSuccess: refresh,
  })
}

export function useDuplicate() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (id: string) => duplicateWorkflow(id),
    onSuccess: async (workflow) => {
      await refresh()
      toast({ tone: 'success', title: `Made “${workflow.name}”` })
    },
    onError: (error) => toast({ tone: 'danger', title: 'Could not duplicate the workflow', detail: asProblem(error).message }),
  })
}

export function useDelete() {
  const refresh = useRefresh()
  return useMutation({ mutationFn: (id: string) => deleteWorkflow(id), onSuccess: refresh })
}

/** Saves the draft as a file that `useImport` reads. */
export function useExport() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => queryClient.query({ ...workflowQuery(id), staleTime: 0 }),
    onSuccess: (workflow) => downloadDocument(workflow.draft.document, workflow.name),
    onError: (error) => toast({ tone: 'danger', title: 'Could not export the workflow', detail: asProblem(error).message }),
  })
}

function useRefresh() {
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey: workflowsKey })
}
