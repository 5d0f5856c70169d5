import { useEffect, useState } from 'react'

import { http } from '@/api/client'
import { followRun } from '@/api/runs'
import type { Document, NodeType, Run, Step } from '@/api/types'
import { useDocumentTitle } from '@/ui/document_title'
import { toast } from '@/ui/toast'

import { CanvasRoot } from './canvas/CanvasRoot'
import { Inspector } from './inspector/Inspector'
import { usePanelSize } from './inspector/panel_size'
import { ResizeHandle } from './inspector/ResizeHandle'
import { InterruptedBanner } from './run/InterruptedBanner'
import { overlayOf } from './run/overlay'
import { RunHeader } from './run/RunHeader'
import { createRunViewer } from './run/run_viewer'
import { RunSummary } from './run/RunSummary'
import { StepList } from './run/StepList'
import { EditorContext, useActions, useEditor } from './store/context'
import { createEditorStore, type EditorStore } from './store/editor_store'

/** A run laid over the document that ran; it cannot be edited, and it follows the run while it is live. */
export function RunSession({ run, document, types }: { run: Run; document: Document; types: NodeType[] }) {
  const [store] = useState(() => {
    const created = createEditorStore({ workflowId: run.workflow_id, document, etag: '', types, isReadOnly: true })
    created.setState({ overlay: overlayOf(run) })
    return created
  })
  useRun(store, run)
  useDocumentTitle(`Run of ${run.workflow_name}`)
  return (
    <EditorContext value={store}>
      <RunLayout />
    </EditorContext>
  )
}

function useRun(store: EditorStore, run: Run): void {
  // The first answer is enough: what happens after it comes by events.
  const [first] = useState(run)
  useEffect(() => {
    const viewer = createRunViewer(store, {
      follow: followRun,
      steps: (id) => http.get<Step[]>(`/runs/${id}/steps`),
      onProblem: (title, detail) => toast({ tone: 'danger', title, detail }),
    })
    viewer.show(first)
    return () => viewer.stop()
  }, [store, first])
}

function RunLayout() {
  const actions = useActions()
  const overlay = useEditor((state) => state.overlay)
  const stepPath = useEditor((state) => state.stepPath)
  const [width, setWidth] = usePanelSize('steps', 320, { least: 240, most: 560 })
  if (overlay === null) return null
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <RunHeader run={overlay.run} />
      <InterruptedBanner overlay={overlay} />
      <div className="flex min-h-0 flex-1 max-sm:flex-col-reverse">
        <section
          aria-label="Steps"
          className="relative flex min-h-0 shrink-0 flex-col border-r border-line bg-surface max-sm:w-full! max-sm:shrink max-sm:grow-2 max-sm:basis-0 max-sm:border-t"
          style={{ width }}
        >
          <ResizeHandle label="Width of the list of steps" edge="right" size={width} onSize={setWidth} />
          <div className="min-h-0 flex-1 overflow-y-auto">
            <RunSummary overlay={overlay} />
            <StepList
              overlay={overlay}
              shown={stepPath}
              onShow={(step) => {
                actions.select([step.node])
                actions.set({ stepPath: step.path, isInspectorOpen: true })
              }}
            />
          </div>
        </section>
        <CanvasRoot />
        <Inspector />
      </div>
    </div>
  )
}
