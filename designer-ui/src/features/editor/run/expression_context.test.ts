import { expect, it } from 'vitest'

import type { Json, Run, Step } from '@/api/types'

import { orders } from '../model/fixtures'
import { fromDocument } from '../model/open_document'
import { contextFor } from './expression_context'
import { overlayOf, partsOf } from './overlay'

const open = fromDocument(orders)
const run = { id: 'run_1', workflow_id: 'wf_1', started_at_ms: 5, input: { n: 1 } } as unknown as Run

function step(path: string, input: Json, output: Json, more: Partial<Step> = {}): Step {
  return { path, node: partsOf(path).at(-1)?.node, status: 'succeeded', attempt: 1, input, output, started_at_ms: 0, ...more } as Step
}

it('without a run there is no data', () => {
  expect(contextFor(open, null, 'big', null)).toMatchObject({ input: undefined, steps: {} })
})

it('takes what the step saw, or what would arrive at a step that did not run', () => {
  const overlay = overlayOf(run, [step('in', null, { body: 1 }), step('big', { body: 1 }, { body: 1 })])
  expect(contextFor(open, overlay, 'big', null)).toMatchObject({ input: { body: 1 }, steps: { in: { body: 1 } }, trigger: { n: 1 } })
  expect(contextFor(open, overlay, 'notify', null).input).toEqual({ body: 1 })
})

it('inside a loop sees the same item only', () => {
  const overlay = overlayOf(run, [
    step('each[0]/first', 'a', 'A'),
    step('each[1]/first', 'b', 'B'),
    step('each[0]/second', 'A', 'AA'),
    step('each[1]/second', 'B', 'BB'),
  ])
  expect(contextFor(open, overlay, 'second', 'each[1]/second')).toMatchObject({ input: 'B', steps: { first: 'B' }, item: 'b', index: 1 })
  expect(contextFor(open, overlay, 'second', null)).toMatchObject({ input: 'A', item: 'a', index: 0 })
})
