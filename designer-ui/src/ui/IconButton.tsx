import type { ComponentProps, ReactNode } from 'react'

import { classNames } from '@/ui/class_names'
import { Tooltip } from '@/ui/Tooltip'

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'aria-label'> {
  /** What the button does: its accessible name and its tooltip. */
  label: string
  icon: ReactNode
  size?: 'sm' | 'md'
  /** Keys that do the same, shown in the tooltip: `['Ctrl', 'Z']`. */
  keys?: string[]
  tooltipSide?: 'top' | 'right' | 'bottom' | 'left'
}

/** A button that is only an icon; `aria-pressed` and `aria-expanded` show as its state. */
export function IconButton({ label, icon, size = 'md', keys, tooltipSide, className, type = 'button', ...rest }: IconButtonProps) {
  return (
    <Tooltip content={label} {...(keys && { keys })} {...(tooltipSide && { side: tooltipSide })}>
      <button
        type={type}
        aria-label={label}
        className={classNames(
          'inline-flex shrink-0 items-center justify-center rounded-md text-muted transition-colors enabled:hover:bg-hover enabled:hover:text-ink disabled:cursor-not-allowed disabled:text-faint disabled:opacity-60',
          'aria-pressed:bg-accent-soft aria-pressed:text-accent-ink data-[state=open]:bg-hover data-[state=open]:text-ink',
          size === 'sm' ? 'size-6 [&_svg]:size-3.5' : 'size-8 [&_svg]:size-4',
          className,
        )}
        {...rest}
      >
        {icon}
      </button>
    </Tooltip>
  )
}
