import { ProblemCard, type ShownProblem } from '@/ui/ProblemCard'

interface InUseProblemProps {
  problem: ShownProblem
  workflows: { id: string; name: string }[]
}

/** Why something was not removed, with the workflows that still use it. */
export function InUseProblem({ problem, workflows }: InUseProblemProps) {
  return (
    <ProblemCard problem={problem}>
      {workflows.length > 0 && (
        <ul className="mt-1 list-disc pl-4">
          {workflows.map(({ id, name }) => (
            <li key={id}>
              <a href={`/workflows/${id}`} className="text-accent-ink underline underline-offset-2">
                {name}
              </a>
            </li>
          ))}
        </ul>
      )}
    </ProblemCard>
  )
}
