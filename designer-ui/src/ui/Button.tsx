import type { ComponentProps, ReactNode } from 'react'
import { Slot } from 'radix-ui'

import { classNames } from '@/ui/class_names'
import { Spinner } from '@/ui/Spinner'

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger'
export type ButtonSize = 'sm' | 'md'

interface Look {
  variant?: ButtonVariant | undefined
  size?: ButtonSize | undefined
}

export interface ButtonProps extends ComponentProps<'button'>, Look {
  /** Shown before the label. */
  icon?: ReactNode
  /** Work is under way: the button waits and says so. */
  busy?: boolean
  /** Gives the look to the only child, such as a link. */
  asChild?: boolean
}

const BASE =
  'inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium transition-colors disabled:cursor-not-allowed aria-disabled:cursor-not-allowed'

const SIZES: Record<ButtonSize, string> = {
  sm: 'h-7 px-2 text-xs [&_svg]:size-3.5',
  md: 'h-8 px-3 text-sm [&_svg]:size-4',
}

const VARIANTS: Record<ButtonVariant, string> = {
  primary:
    'bg-accent text-on-accent shadow-low enabled:hover:bg-accent-hover disabled:bg-pressed disabled:text-muted [a&]:hover:bg-accent-hover',
  secondary:
    'border border-line bg-surface text-ink shadow-low enabled:hover:bg-hover disabled:text-faint disabled:shadow-none [a&]:hover:bg-hover',
  ghost: 'text-muted enabled:hover:bg-hover enabled:hover:text-ink disabled:text-faint [a&]:hover:bg-hover [a&]:hover:text-ink',
  danger: 'bg-danger text-on-danger shadow-low enabled:hover:bg-danger-hover disabled:bg-pressed disabled:text-muted',
}

/** The look of a button, for elements that are none. */
export function buttonClass({ variant = 'secondary', size = 'md' }: Look = {}): string {
  return classNames(BASE, SIZES[size], VARIANTS[variant])
}

export function Button({
  variant,
  size,
  icon,
  busy = false,
  asChild = false,
  className,
  children,
  disabled,
  type = 'button',
  ...rest
}: ButtonProps) {
  const look = classNames(buttonClass({ variant, size }), className)
  if (asChild) {
    return (
      <Slot.Root className={look} {...rest}>
        {children}
      </Slot.Root>
    )
  }
  return (
    <button type={type} className={look} disabled={disabled === true || busy} aria-busy={busy || undefined} {...rest}>
      {busy ? <Spinner /> : icon}
      {children}
    </button>
  )
}
