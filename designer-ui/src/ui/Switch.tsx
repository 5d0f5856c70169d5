import { Switch as Primitive } from 'radix-ui'

import { useFieldControl } from '@/ui/Field'

export interface SwitchProps {
  checked: boolean
  onChange: (checked: boolean) => void
  /** The accessible name; inside a `Field` the field's label is it. */
  label?: string
  disabled?: boolean
}

export function Switch({ checked, onChange, label, disabled = false }: SwitchProps) {
  return (
    <Primitive.Root
      checked={checked}
      onCheckedChange={onChange}
      disabled={disabled}
      aria-label={label}
      {...useFieldControl()}
      className="inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-line-strong bg-pressed p-0.5 transition-colors disabled:cursor-not-allowed disabled:opacity-60 data-[state=checked]:border-accent data-[state=checked]:bg-accent"
    >
      <Primitive.Thumb className="size-3.5 rounded-full bg-surface shadow-low transition-transform data-[state=checked]:translate-x-4 dark:bg-ink" />
    </Primitive.Root>
  )
}
