import { asProblem } from '@/api/problem'
import { useDelete } from '@/features/workflows/actions'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { ProblemCard } from '@/ui/ProblemCard'
import { toast } from '@/ui/toast'

interface DeleteDialogProps {
  workflow: { id: string; name: string; published_revision: number | null }
  onClose: () => void
}

export function DeleteDialog({ workflow, onClose }: DeleteDialogProps) {
  const remove = useDelete()
  const confirm = () =>
    remove.mutate(workflow.id, {
      onSuccess: () => {
        onClose()
        toast({ title: `Deleted “${workflow.name}”` })
      },
    })
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      danger
      title={`Delete “${workflow.name}”?`}
      description={
        workflow.published_revision === null
          ? 'Its draft and the history of its runs are deleted. This cannot be undone.'
          : 'It is published: its webhooks and schedules stop at once. Its draft, revisions and the history of its runs are deleted. This cannot be undone.'
      }
      confirmLabel="Delete workflow"
      busy={remove.isPending}
      onConfirm={confirm}
      problem={remove.error && <ProblemCard problem={asProblem(remove.error)} />}
    />
  )
}
