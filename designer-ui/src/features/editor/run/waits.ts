/** What steps wait for, in words. */

import type { DocNode, Step, StepWait } from '@/api/types'

import { inOrder, type Overlay } from './overlay'

/** A step that waits, and for what. */
export interface Waiting {
  step: Step
  wait: StepWait
}

/** The steps that wait, those that need a person first. */
export function waitingOf(overlay: Overlay): Waiting[] {
  const waiting = inOrder(overlay).flatMap((step) => (step.status === 'waiting' && step.waits ? [{ step, wait: step.waits }] : []))
  return [...waiting.filter(({ wait }) => needsPerson(wait)), ...waiting.filter(({ wait }) => !needsPerson(wait))]
}

/** The steps that wait for something besides a decision, which is asked for in a place of its own. */
export function undisputedOf(overlay: Overlay): Waiting[] {
  return waitingOf(overlay).filter(({ wait }) => wait.kind !== 'interrupted')
}

export function interruptedOf(overlay: Overlay): Step[] {
  return waitingOf(overlay).flatMap(({ step, wait }) => (wait.kind === 'interrupted' ? [step] : []))
}

export function needsPerson(wait: StepWait): boolean {
  return wait.kind === 'interrupted' || wait.kind === 'approval'
}

/** What it waits for; the time that stands in `until_ms` is told beside it. */
export function waitWords({ step, wait }: Waiting, node: DocNode | undefined): string {
  switch (wait.kind) {
    case 'timer':
      return 'Goes on'
    case 'retry': {
      const of = node?.retry === undefined ? '' : ` of ${node.retry.attempts}`
      return `Attempt ${step.attempt + 1}${of} starts`
    }
    case 'signal':
      return `Waits for the signal “${wait.signal ?? ''}”`
    case 'approval':
      return 'Waits for an approval'
    case 'interrupted':
      return 'May have happened; waits for you to decide'
    case 'run':
      return 'Waits for the run it called'
  }
}

/** What the time of a wait means: for some it is when they go on, for others when they give up. */
export function untilWords(wait: StepWait): string | null {
  switch (wait.kind) {
    case 'timer':
    case 'retry':
      return ''
    case 'signal':
      return 'gives up'
    case 'approval':
      return 'expires'
    case 'interrupted':
    case 'run':
      return null
  }
}

/** Why a run that has not begun has not. */
export const QUEUE_WORDS = 'It starts when there is room: as many runs as may be live at once already are.'
