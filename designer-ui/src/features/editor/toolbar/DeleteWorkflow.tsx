import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'

import { asProblem } from '@/api/problem'
import { deleteWorkflow, workflowsKey } from '@/api/workflows'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { ProblemCard } from '@/ui/ProblemCard'

import { useActions, useEditor } from '../store/context'
import { useSession } from '../store/session'

export function DeleteWorkflow() {
  const actions = useActions()
  const { autosave, viewer } = useSession()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const isOpen = useEditor((state) => state.floating?.kind === 'delete')
  const id = useEditor((state) => state.workflowId)
  const name = useEditor((state) => state.doc.rest.name)
  const isPublished = useEditor((state) => state.publishedRevision !== null)
  const remove = useMutation({
    mutationFn: () => deleteWorkflow(id),
    onSuccess: async () => {
      autosave.stop()
      viewer.stop()
      await navigate({ to: '/' })
      await queryClient.invalidateQueries({ queryKey: workflowsKey })
    },
  })
  return (
    <ConfirmDialog
      open={isOpen}
      onOpenChange={() => actions.set({ floating: null })}
      danger
      title={`Delete “${name}”?`}
      description={
        isPublished
          ? 'It is published: its webhooks and schedules stop at once. Its draft, revisions and the history of its runs are deleted. This cannot be undone.'
          : 'Its draft and the history of its runs are deleted. This cannot be undone.'
      }
      confirmLabel="Delete workflow"
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
      problem={remove.error && <ProblemCard problem={asProblem(remove.error)} />}
    />
  )
}
