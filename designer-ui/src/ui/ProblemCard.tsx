import type { ReactNode } from 'react'
import { CircleX } from 'lucide-react'

import { classNames } from '@/ui/class_names'

export interface ShownProblem {
  title: string
  detail: string
  code: string
  docsUrl?: string | undefined
}

export interface ProblemCardProps {
  problem: ShownProblem
  /** More about it, such as a list of what to mend. */
  children?: ReactNode
  /** Buttons: try again, open what to mend. */
  action?: ReactNode
  className?: string
}

/** An error of the API: what happened, its stable code, and where that is explained. */
export function ProblemCard({ problem, children, action, className }: ProblemCardProps) {
  return (
    <div role="alert" className={classNames('flex gap-3 rounded-lg border border-danger-ink/30 bg-danger-soft p-3', className)}>
      <CircleX aria-hidden className="mt-0.5 size-4 shrink-0 text-danger-ink" />
      <div className="min-w-0 flex-1">
        <p className="font-medium text-ink">{problem.title}</p>
        {problem.detail !== problem.title && <p className="mt-0.5 break-words text-ink/85">{problem.detail}</p>}
        {children}
        <p className="mt-1 flex flex-wrap items-center gap-x-3 text-xs text-muted">
          <code className="font-mono">{problem.code}</code>
          {problem.docsUrl !== undefined && (
            <a href={problem.docsUrl} target="_blank" rel="noreferrer" className="text-accent-ink underline underline-offset-2">
              What this means
            </a>
          )}
        </p>
        {action !== undefined && <div className="mt-3 flex flex-wrap gap-2">{action}</div>}
      </div>
    </div>
  )
}
