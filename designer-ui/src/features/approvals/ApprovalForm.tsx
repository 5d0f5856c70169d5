import { useMemo, useRef, useState } from 'react'

import type { Approval, ApprovalAnswer, Json } from '@/api/types'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Textarea } from '@/ui/Input'
import { readForm } from '@/ui/schema_form/read'
import { formFields, startOf } from '@/ui/schema_form/schema'
import { SchemaFields } from '@/ui/schema_form/SchemaFields'

interface ApprovalFormProps {
  approval: Pick<Approval, 'choices' | 'fields'>
  /** The choice that is being sent. */
  sending: string | null
  onAnswer: (answer: ApprovalAnswer) => void
  /** Fields of the page around it, above the choices. */
  children?: React.ReactNode
}

const MOST_COMMENT = 4_000

/** What is asked for, a comment, and the choices. */
export function ApprovalForm({ approval, sending, onAnswer, children }: ApprovalFormProps) {
  const form = useRef<HTMLFormElement>(null)
  const fields = useMemo(() => formFields(approval.fields ?? {}), [approval.fields])
  const [raw, setRaw] = useState(() => startOf(fields))
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({})
  const [comment, setComment] = useState('')

  const answer = (choice: string) => {
    const reading = readForm(fields, raw)
    if (!reading.ok) {
      setProblems(reading.problems)
      // The inputs say what is wrong once they are drawn again.
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())
      return
    }
    setProblems({})
    onAnswer({
      choice,
      // What the form reads came from JSON or from text.
      ...(fields.length > 0 && { data: reading.data as Record<string, Json> }),
      ...(comment.trim() !== '' && { comment: comment.trim() }),
    })
  }
  return (
    <form ref={form} noValidate className="flex flex-col gap-4" onSubmit={(event) => event.preventDefault()}>
      <SchemaFields fields={fields} raw={raw} problems={problems} onChange={setRaw} />
      <Field label="Comment" optional>
        <Textarea rows={2} maxLength={MOST_COMMENT} value={comment} onChange={(event) => setComment(event.target.value)} />
      </Field>
      {children}
      <div role="group" aria-label="Your answer" className="flex flex-wrap gap-2 max-sm:flex-col">
        {approval.choices.map(({ port, title }, index) => (
          <Button
            key={port}
            variant={index === 0 ? 'primary' : 'secondary'}
            className="max-sm:h-11"
            busy={sending === port}
            disabled={sending !== null}
            onClick={() => answer(port)}
          >
            {title}
          </Button>
        ))}
      </div>
    </form>
  )
}
