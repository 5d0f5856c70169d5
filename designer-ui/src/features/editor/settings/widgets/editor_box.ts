import { classNames } from '@/ui/class_names'

import type { ControlProps } from '../widget_props'

/** The border of an editor, so that it looks like the inputs around it. */
export function editorBox(isWrong: boolean): string {
  return classNames(
    'overflow-hidden rounded-md border bg-surface shadow-low focus-within:border-focus focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-focus',
    isWrong ? 'border-danger-ink' : 'border-line-strong/55 hover:border-line-strong',
  )
}

/** The attributes of a text box that is no `<input>`. */
export function editorAttributes({ id, required, ...aria }: ControlProps): Record<string, string> {
  const described = aria['aria-describedby']
  return {
    id,
    ...(described !== undefined && { 'aria-describedby': described }),
    ...(aria['aria-invalid'] && { 'aria-invalid': 'true' }),
    ...(required && { 'aria-required': 'true' }),
  }
}
