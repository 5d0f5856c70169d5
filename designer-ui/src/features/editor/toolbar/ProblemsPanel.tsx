import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react'

import type { Problem } from '@/api/types'
import { EmptyState } from '@/ui/EmptyState'

import { nameOf } from '../model/names'
import { useActions, useEditor } from '../store/context'
import { isAboutSettings } from '../store/editor_store'

/** Everything that is wrong with the draft; each line leads to the field that mends it. */
export function ProblemsPanel() {
  const problems = useEditor((state) => state.problems)
  if (problems.length === 0) {
    return (
      <EmptyState icon={<CircleCheck />} title="No problems">
        The draft can be published and run.
      </EmptyState>
    )
  }
  return <ProblemList problems={problems} />
}

export function ProblemList({ problems }: { problems: readonly Problem[] }) {
  const actions = useActions()
  const nodes = useEditor((state) => state.doc.nodes)
  const sorted = [...problems].sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'))
  return (
    <ul aria-label="Problems" className="m-0 list-none p-1">
      {sorted.map((problem, index) => {
        const node = problem.node === null ? undefined : nodes[problem.node]
        const Icon = problem.severity === 'error' ? CircleAlert : TriangleAlert
        return (
          <li key={`${problem.pointer} ${problem.code} ${index}`}>
            <button
              type="button"
              disabled={node === undefined && !isAboutSettings(problem)}
              onClick={() => actions.jumpTo(problem)}
              className="flex w-full items-start gap-2 rounded-md px-2 py-1.5 text-left -outline-offset-2 enabled:hover:bg-hover disabled:cursor-default"
            >
              <Icon
                role="img"
                aria-label={problem.severity === 'error' ? 'Error' : 'Warning'}
                className={`mt-0.5 size-4 shrink-0 ${problem.severity === 'error' ? 'text-danger-ink' : 'text-warning-ink'}`}
              />
              <span className="min-w-0 flex-1">
                <span className="font-medium">{node === undefined ? (isAboutSettings(problem) ? 'Workflow settings' : 'Workflow') : nameOf(node)}</span>
                <span className="ml-2 text-muted">{problem.message}</span>
              </span>
              <code className="shrink-0 font-mono text-xs text-faint">{problem.code}</code>
            </button>
          </li>
        )
      })}
    </ul>
  )
}
