import { useId, useRef, useState } from 'react'

import { core } from '@/core'

import { visibleContext } from '../expression/context'
import { ExpressionField } from '../expression/ExpressionField'
import { isEditorLoaded } from '../expression/load_editor'
import { insertPath, isBlankTemplate, isTemplate, toTemplate } from '../expression/template'
import { ExpressionToggle } from './ExpressionToggle'
import { BareFrame, FieldFrame } from './FieldFrame'
import { FixedZone } from './FixedZone'
import { asFixed, modeOf, startsAsExpression, type Wish } from './mode'
import { all, here } from './problems'
import { useItemContext } from './use_item_context'
import type { ChangeOptions, ControlProps, WidgetProps } from './widget_props'
import { FixedWidget, isGroup, shownWidget } from './widgets/FixedWidget'

const BLANK = '{{  }}'
const BLANK_CARET = 3

export interface FieldRowProps extends Omit<WidgetProps, 'control'> {
  /** Without label and hint: the name is told to assistive technology only. */
  isBare?: boolean
}

/** One field of a form: fixed or expression, with its label, hint and problems. */
export function FieldRow({ isBare = false, ...props }: FieldRowProps) {
  const { field, value, onChange, path } = props
  const id = useId()
  const [wish, setWish] = useState<Wish>(() => (startsAsExpression(field, value) ? 'expression' : null))
  /** Where the caret goes in an expression field that was asked for; nothing in one that was there from the start. */
  const [focusAt, setFocusAt] = useState<number | null>(null)
  const lastTemplate = useRef<string>(null)
  const context = useItemContext(field, props.context, props.scopes)
  const mode = modeOf(field, value, wish)
  const typing = { coalesce: path }

  const toExpression = (template: string, caret: number, options?: ChangeOptions) => {
    setFocusAt(caret)
    setWish('expression')
    onChange(template, options)
  }
  const insert = (dataPath: string) => {
    const isText = typeof value === 'string' && (field.widget === 'text' || field.widget === 'textarea')
    const before = isText ? value : ''
    const { insert: text } = insertPath(before, before.length, before.length, dataPath)
    toExpression(before + text, before.length + text.length)
  }
  const changeFixed = (next: unknown, options?: ChangeOptions) => {
    if (!field.takesExpression || !isTemplate(next) || isTemplate(value)) onChange(next, options)
    else if (!isEditorLoaded()) {
      setWish('typing')
      onChange(next, options)
    } else if (next.endsWith('{{')) toExpression(`${next}  }}`, next.length + 1, options)
    else toExpression(next, next.length, options)
  }
  const toFixed = async () => {
    setWish('fixed')
    if (!isTemplate(value)) return
    lastTemplate.current = value
    const result = await core.evaluate(value, visibleContext(context)).catch(() => null)
    onChange(result && 'value' in result ? asFixed(field, result.value) : undefined)
  }
  const toggle = (isOn: boolean) => {
    if (!isOn) void toFixed()
    else {
      const template = value === undefined || value === '' ? (lastTemplate.current ?? BLANK) : toTemplate(value)
      toExpression(template, template === BLANK ? BLANK_CARET : template.length)
    }
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
      <FixedZone takesExpression={field.takesExpression} isGroup={group} onInsert={insert} onEquals={() => toExpression(BLANK, BLANK_CARET)} onLeave={() => wish === 'typing' && setWish(null)}>
        <FixedWidget {...props} onChange={changeFixed} widget={widget} context={context} control={control} isBare={isBare} />
      </FixedZone>
    ) : (
      <ExpressionField
        label={field.title}
        value={typeof value === 'string' ? value : toTemplate(value)}
        onChange={(next) => {
          // An expression field stays one when its last braces are deleted.
          setWish('expression')
          onChange(next === '' ? undefined : next, typing)
        }}
        context={context}
        isMultiline={field.widget === 'textarea' || field.widget === 'json'}
        isRequired={field.required}
        isInvalid={shownProblems.some(({ severity }) => severity === 'error')}
        placeholder={isTemplate(field.placeholder) ? field.placeholder : mode === 'only_expression' ? '{{ expression }}' : undefined}
        describedBy={describedBy === '' ? undefined : describedBy}
        focusAt={focusAt}
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
