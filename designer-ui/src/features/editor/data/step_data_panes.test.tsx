import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, it, vi } from 'vitest'

import type { Step } from '@/api/types'
import { TooltipProvider } from '@/ui/Tooltip'

import { likelyFix } from './likely_fix'
import { StepDataPanes } from './StepDataPanes'

afterEach(cleanup)

const step: Step = {
  path: 'each_order[1]/fetch',
  node: 'fetch',
  type: 'http/request',
  status: 'succeeded',
  attempt: 1,
  port: 'out',
  input: { body: { 'first name': 'Ada', total: 12 } },
  output: [{ sku: 'TEA' }, { sku: 'CUP' }],
  error: null,
  waits: null,
  started_at_ms: 1,
  duration_ms: 2,
  logs: [{ level: 'warn', message: 'Slow answer', fields: { ms: 900 }, at_ms: 1_700_000_000_000 }],
}

function show(shown: Step | null, onPickPath?: (path: string) => void): void {
  render(
    <TooltipProvider>
      <StepDataPanes step={shown} onPickPath={onPickPath} />
    </TooltipProvider>,
  )
}

it('says what to do when there is no run', () => {
  show(null)
  expect(screen.getByRole('heading', { name: 'No data yet' })).toBeTruthy()
})

it('shows lists of objects as a table and the rest as a tree', async () => {
  const user = userEvent.setup()
  show(step)
  expect(screen.getAllByRole('columnheader').map(({ textContent }) => textContent)).toEqual(['#', 'sku'])
  await user.click(screen.getByRole('tab', { name: /Input/ }))
  expect(screen.getByRole('treeitem', { name: /^total/ })).toBeTruthy()
})

it('walks the tree by keyboard and picks a path', async () => {
  const user = userEvent.setup()
  const picked = vi.fn()
  show(step, picked)
  await user.click(screen.getByRole('tab', { name: /Input/ }))
  screen.getByRole('tree').focus()
  await user.keyboard('{ArrowDown}{Enter}')
  expect(picked).toHaveBeenCalledWith('input.body["first name"]')
  await user.keyboard('{ArrowLeft}{ArrowLeft}')
  expect(screen.getAllByRole('treeitem')).toHaveLength(1)
})

it('finds fields', async () => {
  const user = userEvent.setup()
  show(step)
  await user.click(screen.getByRole('tab', { name: /Input/ }))
  await user.type(screen.getByLabelText('Search input'), 'ada')
  expect(await screen.findByText('1 match', {}, { timeout: 5_000 })).toBeTruthy()
  expect(screen.getByText('input.body["first name"]')).toBeTruthy()
})

it('opens a failed step at its error', () => {
  const error = { kind: 'rate_limited' as const, code: 'too_many', message: 'Answered 429', node: 'fetch', path: 'each_order[1]/fetch', pointer: '/nodes/2/params/url', details: null }
  show({ ...step, status: 'failed', output: null, error })
  const card = screen.getByRole('region', { name: 'Error' })
  for (const text of ['Answered 429', 'each_order[1]/fetch', 'url', 'too_many', likelyFix(error)]) expect(card.textContent).toContain(text)
})

it('shows the log', async () => {
  const user = userEvent.setup()
  show(step)
  await user.click(screen.getByRole('tab', { name: /Logs/ }))
  expect(screen.getByText('Slow answer')).toBeTruthy()
})
