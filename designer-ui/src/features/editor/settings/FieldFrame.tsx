import type { ReactNode } from 'react'

import type { Problem } from '@/api/types'

import type { Field } from './fields'
import { ProblemLines } from './ProblemLines'
import type { ControlProps } from './widget_props'

export interface FieldFrameProps {
  field: Field
  /** Where the field is in the parameters, for what leads people to it: `cases/0/when`. */
  path: string
  control: ControlProps
  problems: readonly Problem[]
  /** What stands at the end of the label's line. */
  action: ReactNode
  /** `for` for inputs that a label can name; the others carry their name themselves. */
  labelKind: 'for' | 'text' | 'legend'
  children: ReactNode
}


/** Label, input, problems and hint of one field. */
export function FieldFrame({ field, path, control, problems, action, labelKind, children }: FieldFrameProps) {
  const head = (
    <>
      <Label field={field} control={control} kind={labelKind} />
      {field.required && (
        <span aria-hidden className="ml-0.5 text-danger-ink">
          *
        </span>
      )}
      <span className="ml-auto flex items-center gap-1 pl-2">{action}</span>
    </>
  )
  const foot = (
    <>
      <ProblemLines id={`${control.id}-problems`} problems={problems} />
      {field.description !== undefined && (
        <p id={`${control.id}-description`} className="text-xs text-muted">
          {field.description}
        </p>
      )}
    </>
  )
  if (labelKind === 'legend') {
    return (
      <fieldset data-field={path} className="flex min-w-0 flex-col gap-1">
        {/* A legend ignores the layout around it, so the visible line is another element. */}
        <legend className="sr-only">{field.title}</legend>
        <div className="flex min-h-6 items-center">{head}</div>
        {children}
        {foot}
      </fieldset>
    )
  }
  return (
    <div data-field={path} className="flex min-w-0 flex-col gap-1">
      <div className="flex min-h-6 items-center">{head}</div>
      {children}
      {foot}
    </div>
  )
}

function Label({ field, control, kind }: { field: Field; control: ControlProps; kind: FieldFrameProps['labelKind'] }) {
  if (kind === 'for') {
    return (
      <label htmlFor={control.id} className="font-medium">
        {field.title}
      </label>
    )
  }
  return (
    <span aria-hidden className="font-medium">
      {field.title}
    </span>
  )
}

/** An input in a line of a list, whose column or element says what it is. */
export function BareFrame({ control, problems, action, children }: Pick<FieldFrameProps, 'control' | 'problems' | 'action' | 'children'>) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex min-w-0 items-start gap-1">
        <div className="min-w-0 flex-1">{children}</div>
        <span className="mt-1 empty:hidden">{action}</span>
      </div>
      <ProblemLines id={`${control.id}-problems`} problems={problems} />
    </div>
  )
}
