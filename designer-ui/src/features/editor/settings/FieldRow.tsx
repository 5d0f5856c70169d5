import { useId, useRef, useState } from 'react'

import { core } from '@/core'

import { visibleContext } from '../expression/context'
import { ExpressionField } from '../expression/ExpressionField'
import { insertPath, isBlankTemplate, isTemplate, toTemplate } from '../expression/template'
import { ExpressionToggle } from './ExpressionToggle'
import { BareFrame, FieldFrame } from './FieldFrame'
import { FixedZone } from './FixedZone'
import { asFixed, modeOf, startsAsExpression } from './mode'
import { all, here } from './problems'
import { useItemContext } from './use_item_context'
import type { ControlProps, WidgetProps } from './widget_props'
import { FixedWidget, isGroup, shownWidget } from './widgets/FixedWidget'

const BLANK = '{{  }}'

export interface FieldRowProps extends Omit<WidgetProps, 'control'> {
  /** Without label and hint: the name is told to assistive technology only. */
  isBare?: boolean
}

/** One field of a form: fixed or expression, with its label, hint and problems. */
export function FieldRow({ isBare = false, ...props }: FieldRowProps) {
  const { field, value, onChange, path } = props
  const id = useId()
  const [wish, setWish] = useState<'fixed' | 'expression' | null>(() => (startsAsExpression(field, value) ? 'expression' : null))
  /** Whether the expression field that appears is asked for, and takes the focus. */
  const [isAsked, setAsked] = useState(false)
  const lastTemplate = useRef<string>(null)
  const context = useItemContext(field, props.context, props.scopes)
  const mode = modeOf(field, value, wish)
  const typing = { coalesce: path }

  const toExpression = (template: string) => {
    setAsked(true)
    setWish('expression')
    onChange(template)
  }
  const insert = (dataPath: string) => {
    const before = typeof value === 'string' && mode === 'fixed' && (field.widget === 'text' || field.widget === 'textarea') ? value : ''
    const { from, to, insert: text } = insertPath(before, before.length, before.length, dataPath)
    toExpression(before.slice(0, from) + text + before.slice(to))
  }
  const toFixed = async () => {
    setWish('fixed')
    setAsked(false)
    if (!isTemplate(value)) return
    lastTemplate.current = value
    const result = await core.evaluate(value, visibleContext(context)).catch(() => null)
    onChange(result && 'value' in result ? asFixed(field, result.value) : undefined)
  }
  const toggle = (isOn: boolean) => {
    if (!isOn) void toFixed()
    else toExpression(value === undefined || value === '' ? (lastTemplate.current ?? BLANK) : toTemplate(value))
  }

  const widget = shownWidget(field, value)
  const group = mode === 'fixed' && isGroup(widget)
  const shownProblems = group ? here(props.problems) : all(props.problems)
  const describedBy = [shownProblems.length > 0 && `${id}-problems`, !isBare && field.description !== undefined && `${id}-description`]
    .filter(Boolean)
    .join(' ')
  const control: ControlProps = {
    id,
    ...(describedBy !== '' && { 'aria-describedby': describedBy }),
    ...(shownProblems.length > 0 && { 'aria-invalid': true as const }),
    ...(field.required && { required: true }),
  }
  const action = field.takesExpression && mode !== 'only_expression' && <ExpressionToggle isOn={mode === 'expression'} onChange={toggle} />

  const input =
    mode === 'fixed' ? (
      <FixedZone takesExpression={field.takesExpression} isGroup={group} onInsert={insert} onEquals={() => toExpression(BLANK)}>
        <FixedWidget {...props} widget={widget} context={context} control={control} isBare={isBare} />
      </FixedZone>
    ) : (
      <ExpressionField
        label={field.title}
        value={typeof value === 'string' ? value : toTemplate(value)}
        onChange={(next) => onChange(next === '' ? undefined : next, typing)}
        context={context}
        isMultiline={field.widget === 'textarea' || field.widget === 'json'}
        isRequired={field.required}
        isInvalid={shownProblems.some(({ severity }) => severity === 'error')}
        placeholder={isTemplate(field.placeholder) ? field.placeholder : mode === 'only_expression' ? '{{ expression }}' : undefined}
        describedBy={describedBy === '' ? undefined : describedBy}
        takesFocus={isAsked}
        onBlur={() => {
          // An expression that was opened and left empty is no value.
          if (typeof value === 'string' && value !== '' && isBlankTemplate(value)) onChange(undefined)
        }}
      />
    )

  if (isBare) {
    return (
      <BareFrame control={control} problems={shownProblems} action={action}>
        {input}
      </BareFrame>
    )
  }
  const labelKind = group ? 'legend' : mode === 'fixed' && widget !== 'code' && widget !== 'json' ? 'for' : 'text'
  return (
    <FieldFrame field={field} path={path} control={control} problems={shownProblems} action={action} labelKind={labelKind}>
      {input}
    </FieldFrame>
  )
}
