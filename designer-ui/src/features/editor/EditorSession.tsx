import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'

import { followRun, followWorkflow, runsQuery } from '@/api/runs'
import { http } from '@/api/client'
import type { NodeType, Run, Step, Workflow } from '@/api/types'
import { saveDraft } from '@/api/workflows'
import { core } from '@/core'
import { useDocumentTitle } from '@/ui/document_title'
import { useShortcutGroup } from '@/ui/shortcuts'
import { toast } from '@/ui/toast'

import { EditorLayout } from './EditorLayout'
import { EDITOR_SHORTCUTS } from './keys'
import { createRunViewer, merged } from './run/run_viewer'
import { startAutosave } from './store/autosave'
import { EditorContext } from './store/context'
import { createEditorStore, type EditorStore } from './store/editor_store'
import { startLiveCheck } from './store/live_check'
import { type Session, SessionContext } from './store/session'

/** News of runs come in bursts; the lists follow a few times a second. */
const HEAR_EVERY_MS = 200

/** An open editor: its store, and what saves, checks and follows runs as long as it is on the page. */
export function EditorSession({ workflow, types }: { workflow: Workflow; types: NodeType[] }) {
  const [store] = useState(() =>
    createEditorStore({
      workflowId: workflow.id,
      document: { ...workflow.draft.document, name: workflow.name },
      etag: workflow.draft.etag,
      publishedRevision: workflow.published_revision,
      types,
    }),
  )
  const session = useSessionOf(store)
  useDocumentTitle(workflow.name)
  useShortcutGroup(EDITOR_SHORTCUTS)
  useRecentRuns(store)
  if (session === null) return null
  return (
    <EditorContext value={store}>
      <SessionContext value={session}>
        <EditorLayout />
      </SessionContext>
    </EditorContext>
  )
}

/** Starts what runs beside the editor, and ends it with the editor; what is unsaved then is still sent. */
function useSessionOf(store: EditorStore): Session | null {
  const [session, setSession] = useState<Session | null>(null)
  useEffect(() => {
    const { workflowId } = store.getState()
    const autosave = startAutosave(store, (document, etag) => saveDraft(workflowId, document, etag))
    const check = startLiveCheck(store, (document, list) => core.check(document, list))
    const viewer = createRunViewer(store, {
      follow: followRun,
      steps: (id) => http.get<Step[]>(`/runs/${id}/steps`),
      onProblem: (title, detail) => toast({ tone: 'danger', title, detail }),
    })
    const stopHearing = hearRuns(workflowId, (runs) => viewer.hear(runs))
    const onLeave = (event: BeforeUnloadEvent) => {
      if (store.getState().saving.kind === 'saved') return
      void autosave.flush()
      event.preventDefault()
    }
    window.addEventListener('beforeunload', onLeave)
    // The effect makes what it also ends, so it is what tells the tree of it.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setSession({ autosave, viewer, check })
    return () => {
      window.removeEventListener('beforeunload', onLeave)
      stopHearing()
      check.stop()
      viewer.stop()
      void autosave.flush().finally(() => autosave.stop())
    }
  }, [store])
  return session
}

function hearRuns(workflowId: string, hear: (runs: Run[]) => void): () => void {
  let pending: Run[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = followWorkflow(workflowId, {
    onRun: (run) => {
      pending.push(run)
      timer ??= setTimeout(() => {
        timer = undefined
        const news = pending
        pending = []
        hear(news)
      }, HEAR_EVERY_MS)
    },
  })
  return () => {
    clearTimeout(timer)
    stop()
  }
}

/** The runs there were before the editor opened. */
function useRecentRuns(store: EditorStore): void {
  const { workflowId } = store.getState()
  const { data } = useInfiniteQuery({ ...runsQuery({ workflow: workflowId }), refetchOnWindowFocus: false })
  useEffect(() => {
    const runs = data?.pages[0]?.items
    if (runs !== undefined) store.setState({ runs: merged(store.getState().runs, runs) })
  }, [store, data])
}
