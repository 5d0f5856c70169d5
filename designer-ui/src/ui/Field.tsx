import { createContext, type ReactNode, use, useId } from 'react'
import { CircleAlert } from 'lucide-react'

import { classNames } from '@/ui/class_names'

interface FieldIds {
  control: string
  description: string | undefined
  invalid: boolean
}

const FieldContext = createContext<FieldIds | null>(null)

/** What a control inside a `Field` needs to be tied to its label, hint and error. */
export function useFieldControl(): { id?: string; 'aria-describedby'?: string; 'aria-invalid'?: true } {
  const field = use(FieldContext)
  if (field === null) return {}
  return {
    id: field.control,
    ...(field.description !== undefined && { 'aria-describedby': field.description }),
    ...(field.invalid && { 'aria-invalid': true }),
  }
}

export interface FieldProps {
  label: ReactNode
  children: ReactNode
  hint?: ReactNode
  error?: ReactNode
  /** Marks the field as one that may stay empty. */
  optional?: boolean
  /** Shown at the end of the label's line. */
  action?: ReactNode
  className?: string
}

/** A label, one control (`Input`, `Select`, …), and what there is to say about it. */
export function Field({ label, children, hint, error, optional = false, action, className }: FieldProps) {
  const id = useId()
  const hasError = error !== undefined && error !== null && error !== false && error !== ''
  const hasHint = hint !== undefined && hint !== null
  const described = [hasHint && `${id}-hint`, hasError && `${id}-error`].filter(Boolean).join(' ')
  return (
    <FieldContext value={{ control: id, description: described === '' ? undefined : described, invalid: hasError }}>
      <div className={classNames('flex flex-col gap-1', className)}>
        <div className="flex min-h-5 items-center gap-2">
          <label htmlFor={id} className="font-medium">
            {label}
            {optional && <span className="ml-1.5 font-normal text-faint">optional</span>}
          </label>
          {action !== undefined && <div className="ml-auto flex items-center gap-1">{action}</div>}
        </div>
        {children}
        {hasError && (
          <p id={`${id}-error`} className="flex gap-1 text-xs text-danger-ink">
            <CircleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
            <span>{error}</span>
          </p>
        )}
        {hasHint && (
          <p id={`${id}-hint`} className="text-xs text-muted">
            {hint}
          </p>
        )}
      </div>
    </FieldContext>
  )
}
