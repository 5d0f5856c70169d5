import { expect, it } from 'vitest'

import type { Run, Step, StepWait } from '@/api/types'

import { overlayOf } from './overlay'
import { interruptedOf, undisputedOf, waitingOf, waitWords } from './waits'

const run = { id: 'run_1', status: 'waiting' } as Run

function waiting(path: string, waits: StepWait, attempt = 1): Step {
  return { path, node: path, status: 'waiting', attempt, waits, started_at_ms: 1 } as Step
}

it('puts what needs a person first', () => {
  const overlay = overlayOf(run, [
    waiting('later', { kind: 'timer', until_ms: 5 }),
    waiting('charge', { kind: 'interrupted' }),
    { path: 'done', node: 'done', status: 'succeeded', waits: null } as Step,
    waiting('ask', { kind: 'approval' }),
  ])
  expect(waitingOf(overlay).map(({ step }) => step.path)).toEqual(['charge', 'ask', 'later'])
  expect(undisputedOf(overlay).map(({ step }) => step.path)).toEqual(['ask', 'later'])
  expect(interruptedOf(overlay).map((step) => step.path)).toEqual(['charge'])
})

it('says which attempt comes next', () => {
  const step = waiting('call', { kind: 'retry', until_ms: 5 }, 2)
  const wait = { kind: 'retry' } as const
  expect(waitWords({ step, wait }, { id: 'call', type: 'http/request', retry: { attempts: 5 } })).toBe('Attempt 3 of 5 starts')
  expect(waitWords({ step, wait }, undefined)).toBe('Attempt 3 starts')
})

it('names the signal', () => {
  const step = waiting('paid', { kind: 'signal', signal: 'paid' })
  expect(waitWords({ step, wait: { kind: 'signal', signal: 'paid' } }, undefined)).toContain('“paid”')
})
