import { DurationInput } from '../DurationInput'
import type { WidgetProps } from '../widget_props'

/** A length of time, kept in milliseconds. */
export function DurationWidget({ field, value, onChange, control, path, ariaLabel }: WidgetProps) {
  const usual = field.schema.default
  return (
    <DurationInput
      control={control}
      ariaLabel={ariaLabel}
      value={typeof value === 'number' ? value : typeof usual === 'number' ? usual : undefined}
      onChange={(next) => onChange(next, { coalesce: path })}
    />
  )
}
