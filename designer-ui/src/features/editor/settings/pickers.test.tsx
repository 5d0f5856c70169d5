import { QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, it } from 'vitest'

import { createQueryClient } from '@/api/query_client'
import { json, serveFetch } from '@/api/test_fetch'
import type { NodeType } from '@/api/types'

import { CredentialField } from './CredentialField'
import { DurationInput } from './DurationInput'
import { WorkflowSelect } from './WorkflowSelect'

function Duration({ start, onValue }: { start: number | undefined; onValue: (value: number | undefined) => void }) {
  const [value, setValue] = useState(start)
  return (
    <DurationInput
      ariaLabel="Timeout"
      value={value}
      onChange={(next) => {
        setValue(next)
        onValue(next)
      }}
    />
  )
}

it('takes a length of time in any unit and keeps milliseconds', async () => {
  const user = userEvent.setup()
  const values: (number | undefined)[] = []
  render(<Duration start={undefined} onValue={(value) => values.push(value)} />)
  const amount = screen.getByLabelText('Timeout')
  await user.type(amount, '60')
  expect(values.at(-1)).toBe(60_000)
  expect(amount).toHaveProperty('value', '60')
  await user.type(amount, '00')
  expect(screen.getByText('1 h 40 min')).toBeTruthy()
  await user.selectOptions(screen.getByLabelText('Unit of Timeout'), 'hours')
  expect(values.at(-1)).toBe(6_000 * 3_600_000)
  await user.clear(amount)
  expect(values.at(-1)).toBeUndefined()
})

it('shows a length in its largest whole unit', () => {
  render(<Duration start={5_400_000} onValue={() => undefined} />)
  expect(screen.getByLabelText('Timeout')).toHaveProperty('value', '90')
  expect(screen.getByText('1 h 30 min')).toBeTruthy()
})

it('lists all workflows, and one that is gone', async () => {
  const user = userEvent.setup()
  serveFetch({
    'GET /workflows': ({ query }) =>
      query.get('cursor') === 'more'
        ? json({ items: [{ id: 'wf_2', name: 'Alarm', published_revision: null }], next: null })
        : json({ items: [{ id: 'wf_1', name: 'Orders', published_revision: 1 }], next: 'more' }),
  })
  const chosen: (string | undefined)[] = []
  render(
    <QueryClientProvider client={createQueryClient()}>
      <WorkflowSelect ariaLabel="Workflow" value="wf_9" none="None" onChange={(value) => chosen.push(value)} />
    </QueryClientProvider>,
  )
  expect(await screen.findByRole('option', { name: 'Alarm (not published)' })).toBeTruthy()
  expect(screen.getByRole('option', { name: 'wf_9 (not in this workspace)' })).toBeTruthy()
  await user.selectOptions(screen.getByLabelText('Workflow'), 'Orders')
  await user.selectOptions(screen.getByLabelText('Workflow'), 'None')
  expect(chosen).toEqual(['wf_1', undefined])
})

it('tests the credential that is chosen', async () => {
  const user = userEvent.setup()
  serveFetch({
    'GET /credentials': () => json({ items: [{ id: 'cred_1', name: 'main', title: 'Parcels', plugin: 'acme.parcels', slot: 'account', fields: {}, created_at_ms: 0, updated_at_ms: 0 }] }),
    'POST /credentials/cred_1/test': () => json({ works: true, message: 'Ada', took_ms: 90 }),
  })
  // Only what the field looks at.
  const nodeType = { id: 'acme.parcels/arrived', credential: 'account' } as NodeType
  const show = (credential?: string) => (
    <QueryClientProvider client={createQueryClient()}>
      <CredentialField node={{ id: 'a', type: nodeType.id, ...(credential !== undefined && { credential }) }} nodeType={nodeType} error={undefined} onChange={() => undefined} />
    </QueryClientProvider>
  )
  const { rerender } = render(show())
  expect(await screen.findByRole('option', { name: 'Parcels' })).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Test Parcels' })).toBeNull()
  rerender(show('main'))
  await user.click(await screen.findByRole('button', { name: 'Test Parcels' }))
  expect(await screen.findByText(/^Works: Ada/)).toBeTruthy()
})
