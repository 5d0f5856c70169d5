import type { ComponentProps } from 'react'
import { Check, Minus } from 'lucide-react'
import { Checkbox as Primitive } from 'radix-ui'

export interface SelectBoxProps extends Pick<ComponentProps<'button'>, 'ref' | 'onKeyDown'> {
  /** `some`: of what it stands for, only a part is chosen. */
  checked: boolean | 'some'
  /** The accessible name: what is chosen. */
  label: string
  /** Told whether Shift was held, which chooses everything up to here. */
  onPress: (isRange: boolean) => void
}

/** The box that chooses a line of a table. What can be hit is larger than what is seen. */
export function SelectBox({ checked, label, onPress, ...rest }: SelectBoxProps) {
  const state = checked === 'some' ? 'indeterminate' : checked
  return (
    <Primitive.Root
      {...rest}
      checked={state}
      aria-label={label}
      onClick={(event) => {
        // The box follows what its owner makes of the press.
        event.preventDefault()
        onPress(event.shiftKey)
      }}
      className="relative inline-flex size-4 shrink-0 items-center justify-center rounded-sm border border-line-strong bg-surface align-middle after:absolute after:-inset-2.5 data-[state=checked]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:border-accent data-[state=indeterminate]:bg-accent"
    >
      <Primitive.Indicator>
        {state === 'indeterminate' ? <Minus aria-hidden className="size-3 text-on-accent" /> : <Check aria-hidden className="size-3 text-on-accent" />}
      </Primitive.Indicator>
    </Primitive.Root>
  )
}
