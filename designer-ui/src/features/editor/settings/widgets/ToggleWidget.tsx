import { Switch } from 'radix-ui'

import type { WidgetProps } from '../widget_props'

/** On or off. */
export function ToggleWidget({ field, value, onChange, control, ariaLabel }: WidgetProps) {
  const isOn = (value ?? field.schema.default ?? false) === true
  return (
    <div className="flex h-6 items-center gap-2">
      <Switch.Root
        id={control.id}
        aria-describedby={control['aria-describedby']}
        aria-invalid={control['aria-invalid']}
        aria-label={ariaLabel}
        checked={isOn}
        onCheckedChange={(next) => onChange(next)}
        className="inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-line-strong bg-pressed p-0.5 transition-colors data-[state=checked]:border-accent data-[state=checked]:bg-accent"
      >
        <Switch.Thumb className="size-3.5 rounded-full bg-surface shadow-low transition-transform data-[state=checked]:translate-x-4 dark:bg-ink" />
      </Switch.Root>
      <span aria-hidden className="text-muted">
        {isOn ? 'On' : 'Off'}
      </span>
    </div>
  )
}
