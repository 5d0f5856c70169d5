import type { ReactNode } from 'react'

import { classNames } from '@/ui/class_names'

export type BadgeTone = 'neutral' | 'accent' | 'success' | 'warning' | 'danger' | 'trigger'

const TONES: Record<BadgeTone, string> = {
  neutral: 'bg-pressed/70 text-muted',
  accent: 'bg-accent-soft text-accent-ink',
  success: 'bg-success-soft text-success-ink',
  warning: 'bg-warning-soft text-warning-ink',
  danger: 'bg-danger-soft text-danger-ink',
  trigger: 'bg-category-triggers-soft text-category-triggers',
}

export interface BadgeProps {
  children: ReactNode
  tone?: BadgeTone
  icon?: ReactNode
  className?: string
}

export function Badge({ children, tone = 'neutral', icon, className }: BadgeProps) {
  return (
    <span
      className={classNames(
        'inline-flex h-5 items-center gap-1 rounded-sm px-1.5 text-xs font-medium whitespace-nowrap [&_svg]:size-3 [&_svg]:shrink-0',
        TONES[tone],
        className,
      )}
    >
      {icon}
      {children}
    </span>
  )
}
