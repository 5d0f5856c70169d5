import { QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'

import { createQueryClient } from '@/api/query_client'
import { json, serveFetch } from '@/api/test_fetch'
import { TooltipProvider } from '@/ui/Tooltip'

import { orders, types } from '../model/fixtures'
import { EditorContext } from '../store/context'
import { createEditorStore } from '../store/editor_store'
import { SettingsDialog } from './SettingsDialog'

vi.mock('@/core', () => ({ core: { evaluate: () => Promise.resolve({ value: 'ada' }) } }))

function show() {
  serveFetch({ 'GET /workflows': () => json({ items: [{ id: 'wf_2', name: 'Alarm', published_revision: 1 }], next: null }) })
  const store = createEditorStore({ workflowId: 'wf_1', document: orders, etag: '', types })
  store.setState({ floating: { kind: 'settings' } })
  render(
    <QueryClientProvider client={createQueryClient()}>
      <TooltipProvider>
        <EditorContext value={store}>
          <SettingsDialog />
        </EditorContext>
      </TooltipProvider>
    </QueryClientProvider>,
  )
  return { store, user: userEvent.setup(), settings: () => store.getState().doc.settings }
}

it('edits what holds for the whole workflow, as one edit for each setting', async () => {
  const { store, user, settings } = show()
  await user.type(screen.getByLabelText('Run timeout'), '12')
  await user.selectOptions(screen.getByLabelText('Priority'), 'High: before others')
  await screen.findByRole('option', { name: 'Alarm' })
  await user.selectOptions(screen.getByLabelText('When a run fails, start'), 'Alarm')
  await user.type(screen.getByLabelText('At most at once'), '3')
  await user.selectOptions(screen.getByLabelText('One too many should'), 'Leave it out')
  await user.click(screen.getByLabelText('Limit for each key'))
  await user.type(screen.getByLabelText(/Hidden fields/), 'password')
  await user.type(screen.getAllByLabelText('Days')[1]!, '90')
  expect(settings()).toEqual({
    run_timeout_ms: 12 * 3_600_000,
    priority: 'high',
    on_error_workflow: 'wf_2',
    concurrency: 3,
    overlap: 'skip',
    per_key: { key: '{{ trigger.body.customer }}', limit: 1 },
    mask: ['password'],
    retention: { failed: { days: 90 } },
  })
  expect(store.getState().history.past).toHaveLength(8)
})

it('says what is wrong at the setting, and is where a problem of the settings leads', () => {
  const { store } = show()
  const problem = { node: null, pointer: '/settings/concurrency', code: 'too_small', message: 'At least 1.', severity: 'error' as const }
  store.setState({ floating: null })
  store.getState().actions.jumpTo(problem)
  expect(store.getState().floating).toEqual({ kind: 'settings' })
})
