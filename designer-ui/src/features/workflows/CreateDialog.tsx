import { useId, useState } from 'react'
import { useQuery } from '@tanstack/react-query'

import { examplesQuery } from '@/api/examples'
import { asProblem } from '@/api/problem'
import { useCreate } from '@/features/workflows/actions'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { Input, Select } from '@/ui/Input'
import { ProblemCard } from '@/ui/ProblemCard'

interface CreateDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
}

export function CreateDialog({ open, onOpenChange }: CreateDialogProps) {
  return open ? <OpenCreateDialog onClose={() => onOpenChange(false)} /> : null
}

const UNNAMED = 'Untitled workflow'

function OpenCreateDialog({ onClose }: { onClose: () => void }) {
  const form = useId()
  const [name, setName] = useState('')
  const [exampleId, setExampleId] = useState('')
  const examples = useQuery(examplesQuery)
  const create = useCreate()
  const example = examples.data?.items.find(({ id }) => id === exampleId)
  const fallback = example?.name ?? UNNAMED
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="New workflow"
      size="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={create.isPending}>
            Create
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          const chosen = name.trim() === '' ? fallback : name.trim()
          create.mutate(example ? { name: chosen, document: { ...example.document, name: chosen } } : { name: chosen })
        }}
      >
        {create.error && <ProblemCard problem={asProblem(create.error)} />}
        <Field label="Name">
          <Input autoFocus placeholder={fallback} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label="Start from" hint={example?.summary}>
          <Select
            value={exampleId}
            onChange={setExampleId}
            options={[
              { value: '', label: 'An empty canvas' },
              ...(examples.data?.items ?? []).map(({ id, name: label }) => ({ value: id, label: `Example: ${label}` })),
            ]}
          />
        </Field>
      </form>
    </Dialog>
  )
}
