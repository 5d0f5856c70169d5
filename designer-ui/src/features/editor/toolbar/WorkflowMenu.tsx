import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Copy, Download, Ellipsis, GitCommitVertical, Search, Settings2, Trash, Undo } from 'lucide-react'

import { asProblem } from '@/api/problem'
import { duplicateWorkflow, unpublishWorkflow, workflowsKey } from '@/api/workflows'
import { IconButton } from '@/ui/IconButton'
import { Menu, MenuItem, MenuSeparator } from '@/ui/Menu'
import { toast } from '@/ui/toast'

import { toDocument } from '../model/open_document'
import { useActions, useEditor, useEditorStore } from '../store/context'
import { useSession } from '../store/session'
import { downloadJson } from './download'

/** What is done with the whole workflow now and then. */
export function WorkflowMenu() {
  const store = useEditorStore()
  const actions = useActions()
  const { autosave } = useSession()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const isPublished = useEditor((state) => state.publishedRevision !== null)

  const attempt = async (title: string, work: () => Promise<void>) => {
    try {
      await work()
      void queryClient.invalidateQueries({ queryKey: [...workflowsKey, 'list'] })
    } catch (error) {
      toast({ tone: 'danger', title, detail: asProblem(error).message })
    }
  }
  const unpublish = () =>
    attempt('Not unpublished', async () => {
      await unpublishWorkflow(store.getState().workflowId)
      actions.set({ publishedRevision: null })
      toast({ title: 'Unpublished', detail: 'Its webhooks and schedules no longer start runs.' })
    })
  const duplicate = () =>
    attempt('Not duplicated', async () => {
      await autosave.flush()
      const copy = await duplicateWorkflow(store.getState().workflowId)
      await navigate({ to: '/workflows/$id', params: { id: copy.id } })
    })
  return (
    <Menu label="Workflow" trigger={<IconButton label="More about this workflow" icon={<Ellipsis />} />}>
      <MenuItem icon={<Search />} keys={['Ctrl', 'F']} onSelect={() => actions.set({ floating: { kind: 'find' } })}>
        Find a step
      </MenuItem>
      <MenuItem icon={<Settings2 />} keys={['Ctrl', ',']} onSelect={() => actions.set({ floating: { kind: 'settings' } })}>
        Settings
      </MenuItem>
      <MenuItem icon={<GitCommitVertical />} onSelect={() => actions.set({ floating: { kind: 'revisions' } })}>
        Revisions
      </MenuItem>
      <MenuItem icon={<Undo />} disabled={!isPublished} onSelect={() => void unpublish()}>
        Unpublish
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<Download />} onSelect={() => downloadJson(toDocument(store.getState().doc), store.getState().doc.rest.name)}>
        Export as a file
      </MenuItem>
      <MenuItem icon={<Copy />} onSelect={() => void duplicate()}>
        Duplicate
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<Trash />} danger onSelect={() => actions.set({ floating: { kind: 'delete' } })}>
        Delete workflow
      </MenuItem>
    </Menu>
  )
}
