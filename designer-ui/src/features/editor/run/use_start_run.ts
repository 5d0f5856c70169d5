import { useCallback } from 'react'

import { asProblem } from '@/api/problem'
import { startRun } from '@/api/runs'
import type { StartRun } from '@/api/types'
import { toast } from '@/ui/toast'

import { useEditorStore } from '../store/context'
import { useSession } from '../store/session'

/** Saves the draft, starts a run of it and shows it. False when it could not start; people have been told why then. */
export function useStartRun(): (options: StartRun) => Promise<boolean> {
  const store = useEditorStore()
  const { autosave, viewer } = useSession()
  return useCallback(
    async (options) => {
      const { workflowId, actions } = store.getState()
      if (!(await autosave.flush())) {
        toast({ tone: 'danger', title: 'Not run', detail: 'The draft could not be saved, and only what is saved can run.' })
        return false
      }
      try {
        const run = await startRun(workflowId, { ...options, draft: true })
        viewer.show(run)
        viewer.hear([run])
        return true
      } catch (error) {
        const problem = asProblem(error)
        if (problem.problems.length > 0) actions.set({ problems: problem.problems, bottom: 'problems', floating: null })
        toast({ tone: 'danger', title: 'Not run', detail: problem.message })
        return false
      }
    },
    [store, autosave, viewer],
  )
}
