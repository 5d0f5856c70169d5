/** Doing the same with many runs. */

import { bulkRuns, hasEnded, MOST_IN_BULK, type RunFilter } from '@/api/runs'
import type { BulkAction, BulkOutcome, Run } from '@/api/types'

/** What is acted on: runs by their ids, or all that fit a filter. */
export type Target = { kind: 'ids'; ids: readonly string[] } | { kind: 'filter'; filter: RunFilter }

export interface Progress {
  done: number
  failed: BulkOutcome['failed']
  /** Runs that fit the filter were left as they are. */
  more: boolean
}

const NOTHING_DONE: Progress = { done: 0, failed: [], more: false }

/** A request takes so many runs, so larger targets take several. Stops between two when `signal` says so. */
export async function inBulk(
  action: BulkAction,
  target: Target,
  { signal, onProgress, send = bulkRuns }: { signal: AbortSignal; onProgress: (progress: Progress) => void; send?: typeof bulkRuns },
): Promise<Progress> {
  let progress = NOTHING_DONE
  const take = async (which: Parameters<typeof bulkRuns>[1]) => {
    const outcome = await send(action, which, signal)
    progress = { done: progress.done + outcome.done, failed: [...progress.failed, ...outcome.failed], more: outcome.more }
    onProgress(progress)
    return outcome
  }
  if (target.kind === 'ids') {
    for (let from = 0; from < target.ids.length && !signal.aborted; from += MOST_IN_BULK) {
      await take({ ids: target.ids.slice(from, from + MOST_IN_BULK) })
    }
    return progress
  }
  for (;;) {
    const { done, more } = await take({ filter: target.filter })
    if (!more || done === 0 || signal.aborted || !shrinks(action)) return progress
  }
}

/** What was deleted or cancelled no longer fits; what was tried again still does, and would be again. */
function shrinks(action: BulkAction): boolean {
  return action === 'delete' || action === 'cancel'
}

/** Why an action makes no sense for any of the chosen runs; nothing when it does for some. */
export function reasonAgainst(action: BulkAction, runs: readonly Run[]): string | undefined {
  switch (action) {
    case 'cancel':
      return runs.some((run) => !hasEnded(run.status)) ? undefined : 'All of them have ended.'
    case 'retry':
      return runs.some((run) => run.status === 'failed' || run.status === 'cancelled') ? undefined : 'None of them failed or was cancelled.'
    case 'delete':
      return runs.some((run) => hasEnded(run.status)) ? undefined : 'None of them has ended. Cancel them first.'
    case 'rerun':
      return undefined
  }
}

interface Words {
  /** On the button of the bar. */
  verb: string
  ask: (what: string) => string
  explanation: string
  busy: string
  done: (count: number) => string
  danger: boolean
}

/** "1 run", "12 runs". */
export function runCount(count: number): string {
  return count === 1 ? '1 run' : `${count.toLocaleString()} runs`
}

export const WORDS: Record<BulkAction, Words> = {
  cancel: {
    verb: 'Cancel',
    ask: (what) => `Cancel ${what}?`,
    explanation: 'Steps under way are stopped, and clean-up branches run. Runs that have ended stay as they are.',
    busy: 'Cancelling',
    done: (count) => `${runCount(count)} cancelled`,
    danger: true,
  },
  retry: {
    verb: 'Retry',
    ask: (what) => `Retry ${what}?`,
    explanation: 'Each gets a new run that goes on from the step that failed. What had finished is taken over and not done again.',
    busy: 'Retrying',
    done: (count) => `${runCount(count)} tried again`,
    danger: false,
  },
  rerun: {
    verb: 'Run again',
    ask: (what) => `Run ${what} again?`,
    explanation: 'Each gets a new run from the start, with the same input as before.',
    busy: 'Starting',
    done: (count) => `${runCount(count)} started again`,
    danger: false,
  },
  delete: {
    verb: 'Delete',
    ask: (what) => `Delete ${what}?`,
    explanation: 'Their history and data go for good. Runs that have not ended are left out.',
    busy: 'Deleting',
    done: (count) => `${runCount(count)} deleted`,
    danger: true,
  },
}
