import { expect, it } from 'vitest'

import type { Run, Step } from '@/api/types'

import { edgeRun, inOrder, iterationOf, nodeRun, overlayOf, partsOf, stepBeside, withStep } from './overlay'

const run = { id: 'run_1', status: 'running' } as Run

function step(path: string, more: Partial<Step> = {}): Step {
  const node = partsOf(path).at(-1)?.node ?? path
  return {
    path,
    node,
    type: 'set',
    status: 'succeeded',
    attempt: 1,
    port: 'out',
    input: null,
    output: null,
    error: null,
    waits: null,
    started_at_ms: 0,
    duration_ms: 5,
    ...more,
  }
}

it('reads paths', () => {
  expect(partsOf('each[3]/inner[0]/last')).toEqual([
    { node: 'each', index: 3 },
    { node: 'inner', index: 0 },
    { node: 'last', index: null },
  ])
  expect(iterationOf('each[3]/inner[0]/last')).toEqual([3, 0])
  expect(iterationOf('big')).toEqual([])
})

it('later news replaces earlier and keeps the logs', () => {
  const logs = [{ level: 'info' as const, message: 'hi', fields: null, at_ms: 1 }]
  const first = overlayOf(run, [step('a', { status: 'running', logs })])
  const next = withStep(first, step('a'))
  expect(next.steps.a).toMatchObject({ status: 'succeeded', logs })
  expect(next.byNode.a).toHaveLength(1)
})

it('keeps the other nodes as they are, so that only one box is drawn again', () => {
  const first = overlayOf(run, [step('a'), step('b')])
  expect(withStep(first, step('b', { status: 'failed' })).byNode.a).toBe(first.byNode.a)
})

it('sums up the items of a loop', () => {
  const steps = [step('e[0]/a'), step('e[1]/a', { status: 'failed', duration_ms: 7 }), step('e[2]/a', { status: 'skipped', duration_ms: null })]
  expect(nodeRun(steps)).toEqual({ status: 'failed', count: 3, failed: 1, durationMs: 12, attempt: 1 })
  expect(nodeRun([...steps, step('e[3]/a', { status: 'running', attempt: 3 })])).toMatchObject({ status: 'running', attempt: 3 })
  expect(nodeRun(undefined)).toBeNull()
})

it('knows which lines were taken', () => {
  const source = [step('if', { port: 'true', output: [1, 2, 3] })]
  expect(edgeRun(source, [], { from: 'if', port: 'true', to: 'x' })).toEqual({ state: 'delivered', times: 1, items: 3 })
  expect(edgeRun(source, [step('x', { status: 'running' })], { from: 'if', port: 'true', to: 'x' })).toMatchObject({ state: 'flowing' })
  expect(edgeRun(source, [], { from: 'if', port: 'false', to: 'y' })).toMatchObject({ state: 'dead' })
  expect(edgeRun([step('h', { status: 'failed', port: 'error' })], [], { from: 'h', port: 'error', to: 'z' })).toMatchObject({ state: 'delivered' })
  expect(edgeRun([step('h', { status: 'running', port: null })], [], { from: 'h', to: 'z' })).toBeNull()
})

it('orders by start and finds the step of the same item', () => {
  const overlay = overlayOf(run, [
    step('e[1]/a', { started_at_ms: 2 }),
    step('e[0]/a', { started_at_ms: 1 }),
    step('e[1]/b', { started_at_ms: 3 }),
    step('late', { started_at_ms: null, status: 'skipped' }),
  ])
  expect(inOrder(overlay).map((each) => each.path)).toEqual(['e[0]/a', 'e[1]/a', 'e[1]/b', 'late'])
  expect(stepBeside(overlay, 'a', 'e[1]/b')?.path).toBe('e[1]/a')
  expect(stepBeside(overlay, 'b', null)?.path).toBe('e[1]/b')
  expect(stepBeside(overlay, 'nobody', null)).toBeNull()
})
