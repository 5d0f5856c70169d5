import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'

import { asProblem } from '@/api/problem'
import { cancelRun, deleteRun, rerun, retryRun, runsKey } from '@/api/runs'
import type { Json, Run } from '@/api/types'
import { toast } from '@/ui/toast'

/** What can be done with a whole run. What makes a new run leads to its page. */
export function useRunDeeds(run: Run) {
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const fail = (title: string) => (error: Error) => toast({ tone: 'danger', title, detail: asProblem(error).message })
  const open = (next: Run) => navigate({ to: '/workflows/$id/runs/$runId', params: { id: next.workflow_id, runId: next.id } })

  const cancel = useMutation({ mutationFn: () => cancelRun(run.id), onError: fail('Not cancelled') })
  const retry = useMutation({
    mutationFn: (from: string | undefined) => retryRun(run.id, from),
    onSuccess: open,
    onError: fail('Not tried again'),
  })
  const again = useMutation({
    mutationFn: (input: Json | undefined) => rerun(run.id, input),
    onSuccess: open,
    onError: fail('Not run again'),
  })
  const remove = useMutation({
    mutationFn: () => deleteRun(run.id),
    onSuccess: async () => {
      toast({ title: 'The run is deleted' })
      await navigate({ to: '/runs' })
      await queryClient.invalidateQueries({ queryKey: runsKey })
    },
  })
  return { cancel, retry, again, remove }
}
