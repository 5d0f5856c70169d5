import { useState } from 'react'

import { Textarea } from '@/ui/Input'

interface LinesInputProps {
  value: readonly string[] | undefined
  onChange: (value: string[] | undefined) => void
  placeholder?: string
}

interface Draft {
  text: string
  /** The list the text stood for when it was typed; another list means a change from elsewhere. */
  key: string
}

/** A list of short texts, one to a line. */
export function LinesInput({ value, onChange, placeholder }: LinesInputProps) {
  const [draft, setDraft] = useState<Draft | null>(null)
  const written = (value ?? []).join('\n')
  const text = draft?.key === written ? draft.text : written
  return (
    <Textarea
      rows={Math.min(6, Math.max(2, text.split('\n').length))}
      spellCheck={false}
      className="font-mono text-xs"
      placeholder={placeholder}
      value={text}
      onBlur={() => setDraft(null)}
      onChange={(event) => {
        const lines = event.target.value
          .split('\n')
          .map((line) => line.trim())
          .filter((line) => line !== '')
        setDraft({ text: event.target.value, key: lines.join('\n') })
        onChange(lines.length === 0 ? undefined : lines)
      }}
    />
  )
}
