import { expect, it } from 'vitest'

import { apply } from './apply'
import type { Command } from './commands'
import { orders } from './fixtures'
import { COALESCE_WITHIN_MS, emptyHistory, type History, LIMIT, record, redo, undo } from './history'
import { fromDocument, type OpenDocument } from './open_document'

interface State {
  doc: OpenDocument
  history: History
}

const start: State = { doc: fromDocument(orders), history: emptyHistory }

function edit(state: State, command: Command, at_ms: number, coalesce?: string): State {
  const note = { label: command.type, at_ms, ...(coalesce === undefined ? {} : { coalesce }) }
  return { doc: apply(state.doc, command), history: record(state.history, state.doc, note) }
}

const typed = (state: State, text: string, at_ms: number) =>
  edit(state, { type: 'setParam', id: 'in', key: 'path', value: text }, at_ms, 'in/path')
const path = (state: State | null) => state?.doc.nodes.in?.params?.path

it('undoes and redoes', () => {
  const moved = edit(start, { type: 'move', to: { in: [16, 16] } }, 0)
  const undone = undo(moved.history, moved.doc)
  expect(undone?.doc).toBe(start.doc)
  expect(redo(undone!.history, undone!.doc)?.doc).toBe(moved.doc)
  expect(undo(start.history, start.doc)).toBeNull()
  expect(redo(moved.history, moved.doc)).toBeNull()
})

it('undoes typing as one step until there is a pause', () => {
  const quick = ['o', 'or', 'ord'].reduce((state, text, index) => typed(state, text, index * 100), start)
  expect(path(undo(quick.history, quick.doc) as State)).toBe('orders')
  const late = typed(quick, 'orders2', 200 + COALESCE_WITHIN_MS + 1)
  expect(path(undo(late.history, late.doc) as State)).toBe('ord')
})

it('does not join edits of different fields', () => {
  const both = edit(typed(start, 'a', 0), { type: 'setParam', id: 'big', key: 'condition', value: 'x' }, 10, 'big/condition')
  expect(path(undo(both.history, both.doc) as State)).toBe('a')
})

it('forgets what was undone after a new edit', () => {
  const moved = edit(start, { type: 'move', to: { in: [16, 16] } }, 0)
  const undone = undo(moved.history, moved.doc)!
  const again = edit(undone, { type: 'move', to: { in: [32, 32] } }, 10)
  expect(redo(again.history, again.doc)).toBeNull()
})

it(`keeps ${LIMIT} steps, at least 200`, () => {
  let state = start
  for (let n = 1; n <= LIMIT + 20; n += 1) state = edit(state, { type: 'move', to: { in: [n, 0] } }, n)
  let steps = 0
  for (let back = undo(state.history, state.doc); back !== null; back = undo(back.history, back.doc)) steps += 1
  expect(steps).toBe(LIMIT)
  expect(LIMIT).toBeGreaterThanOrEqual(200)
})
