import { CircleAlert, TriangleAlert } from 'lucide-react'

import type { Problem } from '@/api/types'
import { classNames } from '@/ui/class_names'

/** What is wrong with a field, beneath it. */
export function ProblemLines({ id, problems }: { id?: string; problems: readonly Problem[] }) {
  if (problems.length === 0) return null
  return (
    <ul id={id} className="flex flex-col gap-0.5">
      {problems.map((problem, at) => {
        const isError = problem.severity === 'error'
        const Icon = isError ? CircleAlert : TriangleAlert
        return (
          <li key={at} className={classNames('flex gap-1.5 text-xs', isError ? 'text-danger-ink' : 'text-warning-ink')}>
            <Icon aria-hidden className="mt-0.5 size-3 shrink-0" />
            <span className="min-w-0 break-words">
              {!isError && <span className="sr-only">Warning: </span>}
              {problem.message}
            </span>
          </li>
        )
      })}
    </ul>
  )
}

/** Problems that no single field stands for, at the head of a form. */
export function ProblemBox({ problems }: { problems: readonly Problem[] }) {
  if (problems.length === 0) return null
  return (
    <div className="rounded-md border border-danger-ink/30 bg-danger-soft px-3 py-2">
      <ProblemLines problems={problems} />
    </div>
  )
}
