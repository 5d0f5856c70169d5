import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { RunFollower } from '@/api/runs'
import type { Run, RunStatus, Step } from '@/api/types'

import { orders, types } from '../model/fixtures'
import { createEditorStore } from '../store/editor_store'
import { createRunViewer, merged } from './run_viewer'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function run(id: string, status: RunStatus, created_at_ms = 0): Run {
  return { id, status, created_at_ms } as Run
}

function step(path: string, status: Step['status'] = 'succeeded'): Step {
  return { path, node: path, status, attempt: 1, duration_ms: 1, started_at_ms: 1 } as Step
}

function setUp(stored: Step[] = []) {
  const store = createEditorStore({ workflowId: 'wf_1', document: orders, etag: '"1"', types })
  const followers = new Map<string, RunFollower>()
  const stopped: string[] = []
  const viewer = createRunViewer(store, {
    follow: (id, follower) => {
      followers.set(id, follower)
      return () => stopped.push(id)
    },
    steps: () => Promise.resolve(stored),
    onProblem: (title) => {
      throw new Error(title)
    },
  })
  return { store, viewer, followers, stopped }
}

it('follows a run that starts elsewhere, to its end, and then reads the stored steps', async () => {
  const { store, viewer, followers } = setUp([step('in'), step('big')])
  viewer.hear([run('run_1', 'running')])
  followers.get('run_1')?.onStep(step('in', 'running'))
  expect(store.getState().overlay?.byNode.in).toBeUndefined()
  vi.advanceTimersByTime(100)
  expect(store.getState().overlay?.byNode.in?.[0]?.status).toBe('running')
  followers.get('run_1')?.onStep(step('in'))
  followers.get('run_1')?.onRun(run('run_1', 'succeeded'))
  expect(store.getState().overlay?.byNode.in?.[0]?.status).toBe('succeeded')
  await vi.advanceTimersByTimeAsync(0)
  expect(Object.keys(store.getState().overlay?.steps ?? {})).toEqual(['in', 'big'])
  expect(store.getState().runs[0]?.status).toBe('succeeded')
})

it('does not jump away from a live run, nor back to a known one', () => {
  const { store, viewer } = setUp()
  viewer.hear([run('run_1', 'running', 1)])
  viewer.hear([run('run_2', 'running', 2)])
  expect(store.getState().overlay?.run.id).toBe('run_1')
  viewer.show(run('run_1', 'succeeded', 1))
  viewer.hear([run('run_2', 'succeeded', 2)])
  expect(store.getState().overlay?.run.id).toBe('run_1')
  viewer.hear([run('run_3', 'queued', 3)])
  expect(store.getState().overlay?.run.id).toBe('run_3')
})

it('stops following what is no longer shown', () => {
  const { store, viewer, stopped } = setUp()
  viewer.show(run('run_1', 'running'))
  viewer.clear()
  expect(stopped).toEqual(['run_1'])
  expect(store.getState().overlay).toBeNull()
})

it('keeps what has ended when late news arrive', () => {
  expect(merged([run('a', 'succeeded', 1)], [run('a', 'running', 1), run('b', 'queued', 2)]).map((each) => [each.id, each.status])).toEqual([
    ['b', 'queued'],
    ['a', 'succeeded'],
  ])
})
