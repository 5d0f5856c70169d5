import { mainType } from '../fields'
import { NumberInput } from '../NumberInput'
import type { WidgetProps } from '../widget_props'

/** A number; parameters named `…_ms` also tell how long that is. */
export function NumberWidget({ field, value, onChange, control, path, ariaLabel }: WidgetProps) {
  return (
    <NumberInput
      {...control}
      aria-label={ariaLabel}
      value={typeof value === 'number' ? value : undefined}
      isTime={field.key === 'ms' || field.key.endsWith('_ms')}
      inputMode={mainType(field.schema) === 'integer' ? 'numeric' : 'decimal'}
      placeholder={field.placeholder}
      onChange={(next) => onChange(next, { coalesce: path })}
    />
  )
}
