import { type ReactNode, useId } from 'react'
import { Check } from 'lucide-react'
import { Checkbox as Primitive } from 'radix-ui'

export interface CheckboxProps {
  checked: boolean
  onChange: (checked: boolean) => void
  label: ReactNode
  disabled?: boolean
}

export function Checkbox({ checked, onChange, label, disabled = false }: CheckboxProps) {
  const id = useId()
  return (
    <div className="flex items-start gap-2">
      <Primitive.Root
        id={id}
        checked={checked}
        onCheckedChange={(next) => onChange(next === true)}
        disabled={disabled}
        className="mt-0.5 inline-flex size-4 shrink-0 items-center justify-center rounded-sm border border-line-strong bg-surface disabled:cursor-not-allowed disabled:opacity-60 data-[state=checked]:border-accent data-[state=checked]:bg-accent"
      >
        <Primitive.Indicator>
          <Check aria-hidden className="size-3 text-on-accent" />
        </Primitive.Indicator>
      </Primitive.Root>
      <label htmlFor={id} className={disabled ? 'text-muted' : undefined}>
        {label}
      </label>
    </div>
  )
}
