import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'

import { nodeTypesQuery } from '@/api/node_types'
import { asProblem } from '@/api/problem'
import { workflowQuery } from '@/api/workflows'
import { Button } from '@/ui/Button'
import { ProblemCard } from '@/ui/ProblemCard'

import { EditorSession } from './EditorSession'
import { EditorSkeleton } from './EditorSkeleton'

/** The page of one workflow: loads it, then hands it to an editor of its own. */
export default function EditorPage() {
  const { id } = useParams({ from: '/shell/workflows/$id' })
  // The open document is the truth while it is edited; the cache is only where it starts from.
  const workflow = useQuery({ ...workflowQuery(id), staleTime: 0, gcTime: 0, refetchOnWindowFocus: false, refetchOnReconnect: false })
  const types = useQuery(nodeTypesQuery)
  const error = workflow.error ?? types.error
  if (error !== null) {
    return (
      <div className="mx-auto w-full max-w-xl p-6 pt-16">
        <ProblemCard
          problem={asProblem(error)}
          action={
            <Button
              onClick={() => {
                void workflow.refetch()
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
  if (workflow.data === undefined || types.data === undefined || (workflow.isFetching && !workflow.isFetchedAfterMount)) return <EditorSkeleton />
  return <EditorSession key={id} workflow={workflow.data} types={types.data} />
}
