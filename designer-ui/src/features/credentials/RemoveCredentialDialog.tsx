import { useMutation, useQueryClient } from '@tanstack/react-query'

import { type Credential, credentialsQuery, removeCredential } from '@/api/credentials'
import { asProblem } from '@/api/problem'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { InUseProblem } from '@/ui/InUseProblem'
import { toast } from '@/ui/toast'

/** Removes a credential; one that workflows use stays, with the list of them. */
export function RemoveCredentialDialog({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const queryClient = useQueryClient()
  const remove = useMutation({
    mutationFn: () => removeCredential(credential.id),
    onSuccess: async () => {
      onClose()
      toast({ title: `Removed ${credential.title}` })
      await queryClient.invalidateQueries({ queryKey: credentialsQuery.queryKey })
    },
  })
  const problem = remove.error ? asProblem(remove.error) : undefined
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      danger
      title={`Remove ${credential.title}?`}
      description="Its secrets are deleted and cannot be brought back."
      confirmLabel="Remove credential"
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
      problem={problem && <InUseProblem problem={problem} workflows={problem.document.workflows ?? []} />}
    />
  )
}
