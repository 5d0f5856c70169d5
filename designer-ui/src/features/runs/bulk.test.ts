import { expect, it } from 'vitest'

import type { bulkRuns } from '@/api/runs'
import type { BulkAction, BulkOutcome, Run } from '@/api/types'
import { inBulk, type Progress, reasonAgainst, type Target } from '@/features/runs/bulk'

type Which = Parameters<typeof bulkRuns>[1]

function act(action: BulkAction, target: Target, outcomes: BulkOutcome[], stop = new AbortController()) {
  const asked: Which[] = []
  const seen: Progress[] = []
  const send: typeof bulkRuns = (_action, which) => {
    asked.push(which)
    return Promise.resolve(outcomes.shift() ?? { done: 0, failed: [], more: false })
  }
  const ended = inBulk(action, target, { signal: stop.signal, onProgress: (progress) => seen.push(progress), send })
  return { asked, seen, ended }
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => `run_${index}`)
const sizes = (asked: Which[]) => asked.map((which) => ('ids' in which ? which.ids.length : 'filter'))

it('sends a thousand at a time and adds up what happened', async () => {
  const failed = [{ id: 'run_7', code: 'run_ended', message: 'It has ended.' }]
  const { asked, seen, ended } = act('cancel', { kind: 'ids', ids: ids(2_500) }, [
    { done: 999, failed, more: false },
    { done: 1_000, failed: [], more: false },
    { done: 500, failed: [], more: false },
  ])
  expect(await ended).toEqual({ done: 2_499, failed, more: false })
  expect(sizes(asked)).toEqual([1_000, 1_000, 500])
  expect(seen.map(({ done }) => done)).toEqual([999, 1_999, 2_499])
})

it('goes on until nothing fits the filter any more, or nothing more can be done', async () => {
  const filter: Target = { kind: 'filter', filter: { status: 'failed' } }
  const all = act('delete', filter, [
    { done: 1_000, failed: [], more: true },
    { done: 3, failed: [], more: false },
  ])
  expect(await all.ended).toMatchObject({ done: 1_003, more: false })
  const stuck = act('delete', filter, [
    { done: 0, failed: [], more: true },
    { done: 9, failed: [], more: true },
  ])
  expect(await stuck.ended).toMatchObject({ done: 0, more: true })
  expect(stuck.asked).toEqual([{ filter: { status: 'failed' } }])
})

it('never tries the same runs again twice', async () => {
  for (const action of ['retry', 'rerun'] as const) {
    const { asked, ended } = act(action, { kind: 'filter', filter: {} }, [{ done: 1_000, failed: [], more: true }])
    expect(await ended).toMatchObject({ done: 1_000, more: true })
    expect(asked).toHaveLength(1)
  }
})

it('stops when it is told to', async () => {
  const stop = new AbortController()
  const { asked, ended } = act('delete', { kind: 'ids', ids: ids(3_000) }, [], stop)
  stop.abort()
  await ended
  expect(asked).toHaveLength(1)
})

it('says why an action makes no sense', () => {
  const run = (status: Run['status']) => ({ status }) as Run
  expect(reasonAgainst('cancel', [run('succeeded')])).toBe('All of them have ended.')
  expect(reasonAgainst('cancel', [run('succeeded'), run('queued')])).toBeUndefined()
  expect(reasonAgainst('retry', [run('running'), run('succeeded')])).toBe('None of them failed or was cancelled.')
  expect(reasonAgainst('retry', [run('failed')])).toBeUndefined()
  expect(reasonAgainst('delete', [run('waiting')])).toContain('Cancel them first')
  expect(reasonAgainst('rerun', [])).toBeUndefined()
})
