import { useId, useState } from 'react'

import { asProblem } from '@/api/problem'
import { useRename } from '@/features/workflows/actions'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'

interface RenameDialogProps {
  workflow: { id: string; name: string }
  onClose: () => void
}

export function RenameDialog({ workflow, onClose }: RenameDialogProps) {
  const form = useId()
  const [name, setName] = useState(workflow.name)
  const rename = useRename()
  const isEmpty = name.trim() === ''
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Rename workflow"
      size="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={rename.isPending} disabled={isEmpty}>
            Rename
          </Button>
        </>
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault()
          if (!isEmpty) rename.mutate({ id: workflow.id, name: name.trim() }, { onSuccess: onClose })
        }}
      >
        <Field
          label="Name"
          error={isEmpty ? 'A workflow needs a name.' : rename.error && asProblem(rename.error).message}
          hint="Links, webhooks and runs stay as they are."
        >
          <Input autoFocus value={name} onFocus={(event) => event.target.select()} onChange={(event) => setName(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  )
}
