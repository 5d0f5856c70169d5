import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CircleStop, Ellipsis, RotateCcw, RotateCw, Trash } from 'lucide-react'

import { asProblem } from '@/api/problem'
import { cancelRun, hasEnded, rerun, retryRun, runsKey } from '@/api/runs'
import type { Run } from '@/api/types'
import { IconButton } from '@/ui/IconButton'
import { Menu, MenuItem, MenuSeparator } from '@/ui/Menu'
import { toast } from '@/ui/toast'

type Deed = 'cancel' | 'retry' | 'rerun'

const DEEDS: Record<Deed, { act: (id: string) => Promise<Run>; done: (name: string) => { title: string; detail: string }; failed: string }> = {
  cancel: {
    act: cancelRun,
    done: (name) => ({ title: `${name} is being cancelled`, detail: 'Steps under way are stopped.' }),
    failed: 'Could not cancel the run',
  },
  retry: {
    act: (id) => retryRun(id),
    done: (name) => ({ title: `${name} goes on in a new run`, detail: 'From the step that failed, with what was done before.' }),
    failed: 'Could not retry the run',
  },
  rerun: {
    act: (id) => rerun(id),
    done: (name) => ({ title: `${name} runs again`, detail: 'With the same input as before.' }),
    failed: 'Could not run it again',
  },
}

/** What can be done with one run: the likeliest as a button, the rest in a menu. */
export function RunActions({ run, onDelete }: { run: Run; onDelete: () => void }) {
  const queryClient = useQueryClient()
  const deed = useMutation({
    mutationFn: (kind: Deed) => DEEDS[kind].act(run.id),
    onSuccess: async (_run, kind) => {
      toast({ tone: 'success', ...DEEDS[kind].done(run.workflow_name) })
      await queryClient.invalidateQueries({ queryKey: runsKey })
    },
    onError: (error, kind) => toast({ tone: 'danger', title: DEEDS[kind].failed, detail: asProblem(error).message }),
  })
  const isOver = hasEnded(run.status)
  const canRetry = run.status === 'failed' || run.status === 'cancelled'
  return (
    <>
      {isOver ? (
        <IconButton label="Run again" className="max-sm:hidden" icon={<RotateCw />} disabled={deed.isPending} onClick={() => deed.mutate('rerun')} />
      ) : (
        <IconButton label="Cancel" className="max-sm:hidden" icon={<CircleStop />} disabled={deed.isPending} onClick={() => deed.mutate('cancel')} />
      )}
      <Menu label="Run" trigger={<IconButton label={`More about this run of ${run.workflow_name}`} icon={<Ellipsis />} />}>
        <MenuItem icon={<RotateCcw />} disabled={!canRetry} onSelect={() => deed.mutate('retry')}>
          Retry from the failed step
        </MenuItem>
        <MenuItem icon={<RotateCw />} onSelect={() => deed.mutate('rerun')}>
          Run again from the start
        </MenuItem>
        {!isOver && (
          <MenuItem icon={<CircleStop />} onSelect={() => deed.mutate('cancel')}>
            Cancel
          </MenuItem>
        )}
        <MenuSeparator />
        <MenuItem icon={<Trash />} danger disabled={!isOver} onSelect={onDelete}>
          {isOver ? 'Delete…' : 'Delete (once it has ended)'}
        </MenuItem>
      </Menu>
    </>
  )
}
