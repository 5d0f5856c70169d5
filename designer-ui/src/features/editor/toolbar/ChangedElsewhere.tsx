import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'

import { asProblem } from '@/api/problem'
import { createWorkflow, workflowQuery } from '@/api/workflows'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { ProblemCard } from '@/ui/ProblemCard'

import { toDocument } from '../model/open_document'
import { useActions, useEditor, useEditorStore } from '../store/context'
import { useSession } from '../store/session'

/** Somebody else saved this draft: take theirs, or keep one's own beside it. Nothing is overwritten unseen. */
export function ChangedElsewhere() {
  const store = useEditorStore()
  const actions = useActions()
  const { autosave } = useSession()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const isOpen = useEditor((state) => state.saving.kind === 'changed_elsewhere')

  const reload = useMutation({
    mutationFn: () => queryClient.query({ ...workflowQuery(store.getState().workflowId), staleTime: 0 }),
    onSuccess: ({ draft, published_revision }) => {
      actions.replace(draft.document, draft.etag)
      actions.set({ publishedRevision: published_revision })
      autosave.reset(store.getState().doc)
    },
  })
  const keep = useMutation({
    mutationFn: () => {
      const document = toDocument(store.getState().doc)
      const name = `${document.name} (my version)`
      return createWorkflow({ name, document: { ...document, name } })
    },
    onSuccess: (copy) => navigate({ to: '/workflows/$id', params: { id: copy.id } }),
  })
  const problem = reload.error ?? keep.error
  return (
    <Dialog
      open={isOpen}
      onOpenChange={() => undefined}
      title="Changed elsewhere"
      description="This draft was saved in another tab or by somebody else since you opened it. Your latest changes are not saved yet."
      footer={
        <>
          <Button busy={keep.isPending} onClick={() => keep.mutate()}>
            Keep mine as a copy
          </Button>
          <Button variant="primary" busy={reload.isPending} onClick={() => reload.mutate()}>
            Reload theirs
          </Button>
        </>
      }
    >
      {problem && <ProblemCard problem={asProblem(problem)} />}
    </Dialog>
  )
}
