import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'

import { nodeTypesQuery } from '@/api/node_types'
import { asProblem } from '@/api/problem'
import { runDocumentQuery, runQuery } from '@/api/runs'
import { Button } from '@/ui/Button'
import { ProblemCard } from '@/ui/ProblemCard'

import { EditorSkeleton } from './EditorSkeleton'
import { RunSession } from './RunSession'

/** The page of one run: what ran, drawn as it was then, with what went into each step and what came out. */
export default function RunPage() {
  const { runId } = useParams({ from: '/shell/workflows/$id/runs/$runId' })
  const run = useQuery({ ...runQuery(runId), refetchOnWindowFocus: false })
  const document = useQuery(runDocumentQuery(runId))
  const types = useQuery(nodeTypesQuery)
  const error = run.error ?? document.error ?? types.error
  if (error !== null) {
    return (
      <div className="mx-auto w-full max-w-xl p-6 pt-16">
        <ProblemCard
          problem={asProblem(error)}
          action={
            <Button
              onClick={() => {
                void run.refetch()
                void document.refetch()
                void types.refetch()
              }}
            >
              Try again
            </Button>
          }
        />
      </div>
    )
  }
  if (run.data === undefined || document.data === undefined || types.data === undefined) return <EditorSkeleton />
  return <RunSession key={runId} run={run.data} document={document.data} types={types.data} />
}
