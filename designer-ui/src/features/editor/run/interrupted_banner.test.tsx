import { QueryClientProvider } from '@tanstack/react-query'
import { render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'

import { createQueryClient } from '@/api/query_client'
import { serveFetch } from '@/api/test_fetch'
import type { Run, Step } from '@/api/types'
import { TooltipProvider } from '@/ui/Tooltip'

import { orders, types } from '../model/fixtures'
import { EditorContext } from '../store/context'
import { createEditorStore } from '../store/editor_store'
import { InterruptedBanner } from './InterruptedBanner'
import { overlayOf } from './overlay'

const run = { id: 'run_1', status: 'waiting' } as Run
const interrupted = { path: 'notify', node: 'notify', status: 'waiting', waits: { kind: 'interrupted' } } as Step

function show() {
  const calls = serveFetch({ 'POST /runs/run_1/steps/resolve': () => new Response(null, { status: 202 }) })
  const store = createEditorStore({ workflowId: 'wf_1', document: orders, etag: '', types, isReadOnly: true })
  render(
    <QueryClientProvider client={createQueryClient()}>
      <TooltipProvider>
        <EditorContext value={store}>
          <InterruptedBanner overlay={overlayOf(run, [interrupted])} />
        </EditorContext>
      </TooltipProvider>
    </QueryClientProvider>,
  )
  return { calls, store, user: userEvent.setup() }
}

it('explains the step that may have happened, and shows what it was given', async () => {
  const { store, user } = show()
  expect(screen.getByText('This step may have happened: “notify”')).toBeTruthy()
  await user.click(screen.getByRole('button', { name: 'See what it was given' }))
  expect(store.getState()).toMatchObject({ stepPath: 'notify', isInspectorOpen: true, selection: { nodes: ['notify'] } })
})

it.each([
  ['Retry', 'retry'],
  ['Fail', 'fail'],
])('decides by %s', async (name, resolution) => {
  const { calls, user } = show()
  await user.click(screen.getByRole('button', { name }))
  await waitFor(() => expect(calls.map(({ body }) => body)).toEqual([{ path: 'notify', resolution }]))
})

it('marks it as done with the output somebody gives', async () => {
  const { calls, user } = show()
  await user.click(screen.getByRole('button', { name: 'Mark as done…' }))
  const dialog = within(screen.getByRole('dialog', { name: 'Mark “notify” as done' }))
  const output = dialog.getByLabelText('Output')
  await user.clear(output)
  await user.type(output, '{{"id": ')
  expect(dialog.getByRole('button', { name: 'Mark as done' })).toHaveProperty('disabled', true)
  await user.type(output, '7}')
  await user.click(dialog.getByRole('button', { name: 'Mark as done' }))
  await waitFor(() => expect(calls.map(({ body }) => body)).toEqual([{ path: 'notify', resolution: 'done', output: { id: 7 } }]))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})
