import { type ComponentProps, useState } from 'react'

import { classNames } from '@/ui/class_names'
import { Input } from '@/ui/Input'
import { duration } from '@/ui/time'

interface Draft {
  text: string
  /** The value the text stood for when it was typed; another value means a change from elsewhere. */
  value: number | undefined
}

export interface NumberInputProps extends Omit<ComponentProps<'input'>, 'value' | 'onChange' | 'type'> {
  value: number | undefined
  onChange: (value: number | undefined) => void
  /** Milliseconds: told in words beside the number. */
  isTime?: boolean
}

/** A number. A text input, so that half-typed numbers stay. */
export function NumberInput({ value, onChange, isTime = false, className, ...rest }: NumberInputProps) {
  const [draft, setDraft] = useState<Draft | null>(null)
  const text = draft && draft.value === value ? draft.text : value === undefined ? '' : String(value)
  const isWrong = text.trim() !== '' && parse(text) === undefined

  const change = (next: string) => {
    const kept = next.trim() === '' ? undefined : (parse(next) ?? value)
    setDraft({ text: next, value: kept })
    if (kept !== value) onChange(kept)
  }
  return (
    <div>
      <div className="relative">
        <Input
          inputMode="decimal"
          autoComplete="off"
          {...rest}
          {...(isWrong && { 'aria-invalid': true })}
          className={classNames('tabular', className)}
          value={text}
          onChange={(event) => change(event.target.value)}
          onBlur={() => setDraft(null)}
        />
        {isTime && value !== undefined && (
          <span className="pointer-events-none absolute top-1.5 right-2.5 text-xs leading-5 text-muted">{duration(value)}</span>
        )}
      </div>
      {isWrong && <p className="mt-1 text-xs text-danger-ink">This is not a number; the last one is kept.</p>}
    </div>
  )
}

function parse(text: string): number | undefined {
  const trimmed = text.trim()
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(trimmed) ? Number(trimmed) : undefined
}
