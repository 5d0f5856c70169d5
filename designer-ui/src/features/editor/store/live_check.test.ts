import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { Problem } from '@/api/types'

import { orders, types } from '../model/fixtures'
import { createEditorStore } from './editor_store'
import { CHECK_AFTER_MS, startLiveCheck } from './live_check'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const problem = (node: string): Problem => ({ node, pointer: '/nodes/0', code: 'x', message: 'x', severity: 'error' })

it('checks at the start and after edits, and drops the answer to an older document', async () => {
  const store = createEditorStore({ workflowId: 'wf_1', document: orders, etag: '"1"', types })
  const answers: ((problems: Problem[]) => void)[] = []
  const live = startLiveCheck(store, () => new Promise((resolve) => answers.push(resolve)))
  store.getState().actions.execute({ type: 'move', to: { in: [16, 0] } })
  await vi.advanceTimersByTimeAsync(CHECK_AFTER_MS)
  answers[1]?.([problem('big')])
  await vi.advanceTimersByTimeAsync(0)
  answers[0]?.([problem('in')])
  await vi.advanceTimersByTimeAsync(0)
  expect(store.getState().problems.map((each) => each.node)).toEqual(['big'])
  live.again()
  answers[2]?.([])
  await vi.advanceTimersByTimeAsync(0)
  expect(store.getState().problems).toEqual([])
  live.stop()
})

it('keeps what the server said where there is no core', async () => {
  const store = createEditorStore({ workflowId: 'wf_1', document: orders, etag: '"1"', types })
  store.setState({ problems: [problem('in')] })
  startLiveCheck(store, () => Promise.reject(new Error('not loaded')))
  await vi.advanceTimersByTimeAsync(CHECK_AFTER_MS)
  expect(store.getState().problems).toHaveLength(1)
})
