import { Input, Textarea } from '@/ui/Input'

import type { WidgetProps } from '../widget_props'

/** Text; a field left empty falls back to its default. */
export function TextWidget({ field, value, onChange, control, path, ariaLabel }: WidgetProps) {
  return (
    <Input
      {...control}
      aria-label={ariaLabel}
      value={textOf(value)}
      placeholder={field.placeholder}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => onChange(orNothing(event.target.value), { coalesce: path })}
    />
  )
}

export function TextareaWidget({ field, value, onChange, control, path, ariaLabel }: WidgetProps) {
  return (
    <Textarea
      {...control}
      aria-label={ariaLabel}
      value={textOf(value)}
      placeholder={field.placeholder}
      rows={3}
      onChange={(event) => onChange(orNothing(event.target.value), { coalesce: path })}
    />
  )
}

export function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function orNothing(text: string): string | undefined {
  return text === '' ? undefined : text
}
