import { useState } from 'react'
import { useNavigate } from '@tanstack/react-router'
import { Ellipsis, FilePen, PencilRuler, RotateCcw, RotateCw, Trash } from 'lucide-react'

import { asProblem } from '@/api/problem'
import { hasEnded } from '@/api/runs'
import type { Run } from '@/api/types'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { IconButton } from '@/ui/IconButton'
import { Menu, MenuItem, MenuSeparator } from '@/ui/Menu'
import { ProblemCard } from '@/ui/ProblemCard'
import { toast } from '@/ui/toast'

import { copyText } from '../model/clipboard'
import { useEditorStore } from '../store/context'
import { JsonDialog } from './JsonDialog'
import type { useRunDeeds } from './use_run_deeds'

interface RunMenuProps {
  run: Run
  deeds: ReturnType<typeof useRunDeeds>
}

/** What is done with a run now and then. */
export function RunMenu({ run, deeds: { retry, again, remove } }: RunMenuProps) {
  const [asks, setAsks] = useState<'nothing' | 'input' | 'delete'>('nothing')
  const copyToEditor = useCopyToEditor(run)
  const isOver = hasEnded(run.status)
  const close = () => setAsks('nothing')
  return (
    <>
      <Menu label="Run" trigger={<IconButton label="More about this run" icon={<Ellipsis />} />}>
        <MenuItem icon={<RotateCcw />} disabled={!canRetry(run)} onSelect={() => retry.mutate(undefined)}>
          Retry from the failed step
        </MenuItem>
        <MenuItem icon={<RotateCw />} onSelect={() => again.mutate(undefined)}>
          Run again from the start
        </MenuItem>
        <MenuItem icon={<FilePen />} onSelect={() => setAsks('input')}>
          Run again with other input…
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<PencilRuler />} onSelect={() => void copyToEditor()}>
          Copy to editor
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Trash />} danger disabled={!isOver} onSelect={() => setAsks('delete')}>
          {isOver ? 'Delete…' : 'Delete (once it has ended)'}
        </MenuItem>
      </Menu>
      {asks === 'input' && (
        <JsonDialog
          title="Run again with other input"
          description="A new run starts from the beginning, of the same version as this one."
          label="Input"
          initial={run.input}
          confirmLabel="Run"
          busy={again.isPending}
          onConfirm={(input) => again.mutate(input, { onSuccess: close })}
          onClose={close}
        />
      )}
      <ConfirmDialog
        open={asks === 'delete'}
        onOpenChange={close}
        title="Delete this run?"
        description="Its history and data go for good."
        confirmLabel="Delete run"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
        problem={remove.error && <ProblemCard problem={asProblem(remove.error)} />}
      />
    </>
  )
}

export function canRetry(run: Run): boolean {
  return run.status === 'failed' || run.status === 'cancelled'
}

function useCopyToEditor(run: Run): () => Promise<void> {
  const store = useEditorStore()
  const navigate = useNavigate()
  return async () => {
    const { doc } = store.getState()
    try {
      await navigator.clipboard.writeText(copyText(doc, doc.order))
      toast({ title: 'The steps are on the clipboard', detail: 'Paste them into the drawing with Ctrl-V.' })
      await navigate({ to: '/workflows/$id', params: { id: run.workflow_id } })
    } catch {
      toast({ tone: 'danger', title: 'Not copied', detail: 'The browser did not allow access to the clipboard.' })
    }
  }
}
