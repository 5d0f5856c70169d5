import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'

import { type Answer, json } from '@/api/test_fetch'
import type { Run } from '@/api/types'
import { open, run } from '@/app/test_pages'

const ids = ['run_1', 'run_2', 'run_3', 'run_4']
const list = ids.map((id, index): Run => ({ ...run, id, workflow_name: `Flow ${index + 1}` }))

function openRuns(routes: Record<string, Answer> = {}, path = '/runs', next: string | null = null) {
  return open(path, {
    'GET /runs': () => json({ items: list, next }),
    'GET /workflows': () => json({ items: [], next: null }),
    ...routes,
  })
}

const box = (name: string) => screen.findByRole('checkbox', { name: `Choose this run of ${name}` })
const bar = () => within(screen.getByRole('region', { name: 'Chosen runs' }))

it('chooses a range and does the same with all of it', async () => {
  const { user, calls } = openRuns({ 'POST /runs/bulk': () => json({ done: 3, failed: [], more: false }) })
  await user.click(await box('Flow 1'))
  fireEvent.click(await box('Flow 3'), { shiftKey: true })
  expect(bar().getByText('3 runs chosen')).toBeTruthy()
  await user.click(bar().getByRole('button', { name: 'Retry' }))
  const dialog = within(screen.getByRole('dialog', { name: 'Retry 3 runs?' }))
  expect(calls.some(({ path }) => path === '/runs/bulk')).toBe(false)
  await user.click(dialog.getByRole('button', { name: 'Retry 3 runs' }))
  expect(await screen.findByText('3 runs tried again')).toBeTruthy()
  expect(calls.find(({ path }) => path === '/runs/bulk')?.body).toEqual({ action: 'retry', ids: ['run_1', 'run_2', 'run_3'] })
  expect(screen.queryByRole('region', { name: 'Chosen runs' })).toBeNull()
})

it('chooses by keyboard', async () => {
  const { user } = openRuns()
  const first = await box('Flow 1')
  first.focus()
  await user.keyboard(' {Shift>}{ArrowDown}{ArrowDown}{/Shift}')
  expect(document.activeElement).toBe(await box('Flow 3'))
  expect(bar().getByText('3 runs chosen')).toBeTruthy()
  await user.keyboard('{Control>}a{/Control}')
  expect(bar().getByText('4 runs chosen')).toBeTruthy()
  expect(screen.getByRole('checkbox', { name: 'Choose all loaded runs' }).getAttribute('aria-checked')).toBe('true')
  await user.keyboard('{Escape}')
  expect(screen.queryByRole('region', { name: 'Chosen runs' })).toBeNull()
})

it('lists what did not work, and leaves it chosen', async () => {
  const failed = [{ id: 'run_2', code: 'run_is_live', message: 'It has not ended.' }]
  const { user } = openRuns({ 'POST /runs/bulk': () => json({ done: 3, failed, more: false }) })
  await user.click(await screen.findByRole('checkbox', { name: 'Choose all loaded runs' }))
  await user.click(bar().getByRole('button', { name: 'Delete' }))
  await user.click(screen.getByRole('button', { name: 'Delete 4 runs' }))
  const dialog = within(await screen.findByRole('dialog', { name: '3 runs deleted' }))
  expect(dialog.getByRole('link', { name: 'Flow 2' }).getAttribute('href')).toBe('/runs/run_2')
  expect(dialog.getByText('run_is_live')).toBeTruthy()
  await user.click(dialog.getAllByRole('button', { name: 'Close' })[0]!)
  expect(bar().getByText('1 run chosen')).toBeTruthy()
})

it('acts on everything that fits the filter, loaded or not', async () => {
  const { user, calls } = openRuns({ 'POST /runs/bulk': () => json({ done: 900, failed: [], more: false }) }, '/runs?status=failed', 'more')
  await user.click(await box('Flow 2'))
  await user.click(bar().getByRole('button', { name: 'Choose all that fit the filter' }))
  expect(bar().getByText('Chosen: all that fit the filter')).toBeTruthy()
  await user.click(bar().getByRole('button', { name: 'Delete' }))
  await user.click(screen.getByRole('button', { name: 'Delete all' }))
  expect(await screen.findByText('900 runs deleted')).toBeTruthy()
  expect(calls.find(({ path }) => path === '/runs/bulk')?.body).toEqual({ action: 'delete', filter: { status: 'failed' } })
})

it('says why an action is of no use', async () => {
  const { user } = openRuns()
  await user.click(await box('Flow 1'))
  const cancel = bar().getByRole('button', { name: 'Cancel' })
  expect(cancel).toHaveProperty('disabled', true)
  expect(cancel.title).toBe('All of them have ended.')
})

it('tries one run again from its menu', async () => {
  const { user, calls } = openRuns({ 'POST /runs/run_1/retry': () => json({ ...run, id: 'run_9' }, 201) })
  await user.click(await screen.findByRole('button', { name: 'More about this run of Flow 1' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Retry from the failed step' }))
  expect(await screen.findByText('Flow 1 goes on in a new run')).toBeTruthy()
  expect(calls.find(({ path }) => path === '/runs/run_1/retry')?.body).toEqual({ from: 'failed' })
})

it('shows who waits for a person', async () => {
  const waiting = list.slice(0, 1).map((each): Run => ({ ...each, status: 'waiting', error: null, incidents: 2 }))
  const { calls } = openRuns({ 'GET /runs': () => json({ items: waiting, next: null }) }, '/runs?status=person')
  expect(await screen.findByText('2 steps need you')).toBeTruthy()
  expect(calls.find(({ path }) => path === '/runs')?.query.get('needs_decision')).toBe('true')
})

it('links related runs, and finds the page of a run by its id', async () => {
  const related = { ...run, retry_of: 'run_0', parent: { run_id: 'run_7', path: 'call' } }
  const { router } = openRuns({
    'GET /runs': () => json({ items: [related], next: null }),
    'GET /runs/run_0': () => json({ ...run, id: 'run_0' }),
  })
  const link = await screen.findByRole('link', { name: 'Tries another run again' })
  expect(screen.getByRole('link', { name: 'Called by another run' }).getAttribute('href')).toBe('/runs/run_7')
  fireEvent.click(link)
  await waitFor(() => expect(router.state.location.pathname).toBe('/workflows/wf_1/runs/run_0'))
})
