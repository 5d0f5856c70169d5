import { ChevronRight } from 'lucide-react'
import { useState } from 'react'

import type { JsonSchema, Problem } from '@/api/types'
import { Badge } from '@/ui/Badge'
import { classNames } from '@/ui/class_names'

import type { ExpressionContext } from '../expression/context'
import { type Field, fieldsOf } from './fields'
import { FieldRow } from './FieldRow'
import { ProblemBox } from './ProblemLines'
import { type Located, unclaimed, within } from './problems'
import { type Values, withField } from './values'
import { isVisible } from './visibility'
import type { ChangeOptions } from './widget_props'

export interface ParamsFormProps {
  schema: JsonSchema
  params: Values
  problems: Located[]
  /** Problems of the node as a whole. */
  nodeProblems: readonly Problem[]
  context: ExpressionContext
  onChange: (params: Values, options?: ChangeOptions) => void
}

/** The form of a node type's parameters. */
export function ParamsForm({ schema, params, problems, nodeProblems, context, onChange }: ParamsFormProps) {
  const fields = fieldsOf(schema)
  const scopes = [{ values: params, fields }]
  const visible = fields.filter((field) => isVisible(field, scopes))
  const basic = visible.filter(({ advanced }) => !advanced)
  const advanced = visible.filter((field) => field.advanced)
  const homeless = unclaimed(problems, new Set(visible.map(({ key }) => key)))

  const row = (field: Field) => (
    <FieldRow
      key={field.key}
      field={field}
      value={params[field.key]}
      onChange={(value, options) => onChange(withField(params, field.key, value), options)}
      problems={within(problems, field.key)}
      path={field.key}
      context={context}
      scopes={scopes}
    />
  )
  return (
    <div className="flex flex-col gap-4">
      <ProblemBox problems={[...nodeProblems, ...homeless]} />
      {visible.length === 0 && <p className="text-muted">Nothing to set here: this step works as it is.</p>}
      {basic.map(row)}
      {advanced.length > 0 && (
        <Advanced isUsed={advanced.some(({ key }) => params[key] !== undefined)} problemCount={advanced.flatMap(({ key }) => within(problems, key)).length}>
          {advanced.map(row)}
        </Advanced>
      )}
    </div>
  )
}

interface AdvancedProps {
  isUsed: boolean
  problemCount: number
  children: React.ReactNode
}

/** Settings few people need, folded until asked for; what is set or wrong in them shows. */
function Advanced({ isUsed, problemCount, children }: AdvancedProps) {
  const [isOpen, setOpen] = useState(isUsed)
  const shown = isOpen || problemCount > 0
  return (
    <div className="border-t border-line pt-2">
      <button
        type="button"
        aria-expanded={shown}
        onClick={() => setOpen(!shown)}
        className="-ml-1 flex h-7 items-center gap-1 rounded-md px-1 font-medium text-muted hover:text-ink"
      >
        <ChevronRight aria-hidden className={classNames('size-4 transition-transform', shown && 'rotate-90')} />
        Advanced
        {problemCount > 0 && <Badge tone="danger">{problemCount}</Badge>}
      </button>
      {shown && <div className="mt-2 flex flex-col gap-4">{children}</div>}
    </div>
  )
}
