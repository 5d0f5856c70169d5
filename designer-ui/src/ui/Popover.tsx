import type { ReactNode } from 'react'
import { Popover as Primitive } from 'radix-ui'

import { classNames } from '@/ui/class_names'

export interface PopoverProps {
  /** One button that takes a ref. */
  trigger: ReactNode
  children: ReactNode
  label: string
  open?: boolean
  onOpenChange?: (open: boolean) => void
  align?: 'start' | 'center' | 'end'
  side?: 'top' | 'right' | 'bottom' | 'left'
  className?: string
}

/** A small panel beside the button that opened it. */
export function Popover({ trigger, children, label, open, onOpenChange, align = 'start', side = 'bottom', className }: PopoverProps) {
  return (
    <Primitive.Root {...(open !== undefined && { open })} {...(onOpenChange && { onOpenChange })}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          aria-label={label}
          className={classNames(
            'animate-appear z-50 max-h-[var(--radix-popper-available-height)] overflow-y-auto rounded-lg border border-line bg-raised p-3 shadow-high focus:outline-none',
            className,
          )}
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
