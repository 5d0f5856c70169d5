import type { ReactNode } from 'react'

import { Field } from '@/ui/Field'
import { Textarea } from '@/ui/Input'

import type { Parsed } from './last_input'

interface JsonTextFieldProps {
  label: string
  text: string
  onText: (text: string) => void
  /** What the text comes to. */
  parsed: Parsed
  hint?: ReactNode
  action?: ReactNode
  /** Ctrl-Enter was pressed. */
  onSubmit: () => void
}

/** A JSON value as text, in a dialog that does something with it. */
export function JsonTextField({ label, text, onText, parsed, hint, action, onSubmit }: JsonTextFieldProps) {
  return (
    <Field label={label} hint={hint} error={parsed.ok ? undefined : parsed.message} action={action}>
      <Textarea
        autoFocus
        rows={10}
        spellCheck={false}
        className="font-mono text-xs"
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
          event.preventDefault()
          onSubmit()
        }}
      />
    </Field>
  )
}
