import type { ExpressionContext } from '../expression/context'
import type { Field } from './fields'
import type { Located } from './problems'
import type { Scope } from './visibility'

export interface ChangeOptions {
  /** Changes with the same word become one step of undo: what someone types into one field. */
  coalesce?: string
}

export type Change = (value: unknown, options?: ChangeOptions) => void

/** What ties an input to its label, its hints and its problems. */
export interface ControlProps {
  id: string
  'aria-describedby'?: string
  'aria-invalid'?: true
  required?: boolean
}

export interface WidgetProps {
  field: Field
  value: unknown
  onChange: Change
  control: ControlProps
  /** Inside this field. */
  problems: Located[]
  /** Unique in the form: `cases/0/when`. */
  path: string
  context: ExpressionContext
  /** The accessible name, where no label names the input. */
  ariaLabel?: string
  scopes: readonly Scope[]
}
