import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { ApiProblem } from '@/api/problem'
import type { Document, SavedDraft } from '@/api/types'

import { orders, types } from '../model/fixtures'
import { SAVE_AFTER_MS, startAutosave } from './autosave'
import { createEditorStore } from './editor_store'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function setUp(save: (document: Document, etag: string) => Promise<SavedDraft>) {
  const store = createEditorStore({ workflowId: 'wf_1', document: orders, etag: '"1"', types })
  const spy = vi.fn(save)
  const autosave = startAutosave(store, spy)
  const move = (x: number) => store.getState().actions.execute({ type: 'move', to: { in: [x, 0] } })
  return { store, spy, autosave, move }
}

const answer = (etag: string): Promise<SavedDraft> => Promise.resolve({ etag, problems: [] })

it('saves once, a moment after the last edit, with the etag it knows', async () => {
  const { store, spy, move } = setUp(() => answer('"2"'))
  move(16)
  move(32)
  expect(store.getState().saving.kind).toBe('unsaved')
  await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS)
  expect(spy).toHaveBeenCalledTimes(1)
  expect(spy.mock.calls[0]?.[0].nodes[0]?.at).toEqual([32, 0])
  expect(spy.mock.calls[0]?.[1]).toBe('"1"')
  expect(store.getState()).toMatchObject({ etag: '"2"', saving: { kind: 'saved' } })
})

it('saves again what changed during a save, and flush waits for it', async () => {
  const answers: (() => void)[] = []
  const { store, spy, autosave, move } = setUp(
    () => new Promise((resolve) => answers.push(() => resolve({ etag: `"${answers.length + 1}"`, problems: [] }))),
  )
  move(16)
  const flushed = autosave.flush()
  await vi.advanceTimersByTimeAsync(0)
  move(32)
  answers[0]?.()
  await vi.advanceTimersByTimeAsync(0)
  expect(spy).toHaveBeenCalledTimes(2)
  answers[1]?.()
  expect(await flushed).toBe(true)
  expect(spy.mock.calls[1]?.[1]).toBe('"2"')
  expect(store.getState().saving.kind).toBe('saved')
})

it('stops when somebody else saved', async () => {
  const stale = new ApiProblem({ title: 'Changed', status: 412, code: 'draft_changed', detail: '' })
  const { store, spy, autosave, move } = setUp(() => Promise.reject(stale))
  move(16)
  expect(await autosave.flush()).toBe(false)
  expect(store.getState().saving.kind).toBe('changed_elsewhere')
  move(32)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(spy).toHaveBeenCalledTimes(1)
})

it('tries again when the server cannot be reached', async () => {
  let tries = 0
  const { store, move } = setUp(() => (++tries === 1 ? Promise.reject(ApiProblem.unreachable()) : answer('"2"')))
  move(16)
  await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS)
  expect(store.getState().saving.kind).toBe('failed')
  await vi.advanceTimersByTimeAsync(5_000)
  expect(store.getState().saving.kind).toBe('saved')
})

it('selection is not an edit', async () => {
  const { store, spy } = setUp(() => answer('"2"'))
  store.getState().actions.select(['in'])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(spy).not.toHaveBeenCalled()
  expect(store.getState().history.past).toHaveLength(0)
})
