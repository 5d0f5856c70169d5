import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'

import { asProblem } from '@/api/problem'
import { renameWorkflow, workflowsKey } from '@/api/workflows'
import { toast } from '@/ui/toast'

import { useActions, useEditor, useEditorStore } from '../store/context'
import { useSession } from '../store/session'

/** The name of the workflow; pressing it turns it into a field. */
export function WorkflowName() {
  const name = useEditor((state) => state.doc.rest.name)
  const [isEditing, setIsEditing] = useState(false)
  const rename = useRename()
  const isDone = useRef(false)
  if (!isEditing) {
    return (
      <h1 tabIndex={-1} className="min-w-0">
        <button
          type="button"
          title="Rename the workflow"
          className="max-w-80 truncate rounded-md px-1.5 py-0.5 text-base font-semibold text-ink hover:bg-hover"
          onClick={() => {
            isDone.current = false
            setIsEditing(true)
          }}
        >
          {name}
        </button>
      </h1>
    )
  }
  const finish = (text: string | null) => {
    if (isDone.current) return
    isDone.current = true
    setIsEditing(false)
    if (text !== null && text.trim() !== '' && text.trim() !== name) void rename(text.trim())
  }
  return (
    <input
      autoFocus
      type="text"
      aria-label="Name of the workflow"
      defaultValue={name}
      maxLength={120}
      className="h-8 w-72 rounded-md border border-focus bg-surface px-1.5 text-base font-semibold text-ink outline-none"
      onFocus={(event) => event.target.select()}
      onBlur={(event) => finish(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') finish(event.currentTarget.value)
        if (event.key === 'Escape') finish(null)
      }}
    />
  )
}

/** The name is part of the document and of the workflow; both change, and the draft keeps the newest etag. */
function useRename(): (name: string) => Promise<void> {
  const store = useEditorStore()
  const actions = useActions()
  const { autosave } = useSession()
  const queryClient = useQueryClient()
  return async (name) => {
    actions.execute({ type: 'setName', name })
    if (!(await autosave.flush())) return
    try {
      const { draft } = await renameWorkflow(store.getState().workflowId, name)
      store.setState({ etag: draft.etag })
      void queryClient.invalidateQueries({ queryKey: [...workflowsKey, 'list'] })
    } catch (error) {
      toast({ tone: 'danger', title: 'Not renamed', detail: asProblem(error).message })
    }
  }
}
