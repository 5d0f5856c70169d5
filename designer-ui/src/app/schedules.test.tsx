import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'

import { json } from '@/api/test_fetch'
import type { ScheduleFire, ScheduleRow } from '@/api/types'
import { open } from '@/app/test_pages'

const schedule: ScheduleRow = {
  id: 'sch_1',
  workflow_id: 'wf_1',
  workflow_name: 'Nightly report',
  node: 'schedule',
  cron: '0 9 * * *',
  timezone: 'UTC',
  missed: 'last',
  missed_window_ms: 3_600_000,
  jitter_ms: 90_000,
  overlap: 'skip',
  next_ms: [Date.UTC(2026, 11, 1, 9), Date.UTC(2026, 11, 2, 9)],
  last_fired_ms: null,
}
const fire = (rest: Partial<ScheduleFire>): ScheduleFire => {
  const fire_ms = rest.fire_ms ?? Date.UTC(2026, 10, 20, 9)
  return { fire_ms, first_ms: fire_ms, count: 1, run_id: null, skipped_because: null, skip_code: null, decided_ms: fire_ms, ...rest }
}

it('tells of a schedule when it fires, and what became of every moment', async () => {
  const fires = [
    fire({ run_id: 'run_1', fire_ms: Date.UTC(2026, 10, 22, 9), decided_ms: Date.UTC(2026, 10, 22, 9, 1, 30) }),
    fire({ skipped_because: 'a run of the workflow was still going', skip_code: 'overlap', fire_ms: Date.UTC(2026, 10, 21, 9) }),
    fire({
      skipped_because: 'missed, and too old to be made up for',
      skip_code: 'too_old',
      count: 12,
      first_ms: Date.UTC(2026, 10, 8, 9),
      fire_ms: Date.UTC(2026, 10, 19, 9),
    }),
  ]
  const { user } = open('/schedules', {
    'GET /schedules': () => json({ items: [schedule], next: null }),
    'GET /schedules/sch_1/fires': ({ query }) => (query.get('cursor') === null ? json({ items: fires, next: 'more' }) : json({ items: [fire({})], next: null })),
  })
  await user.click(await screen.findByRole('link', { name: 'History of Nightly report' }))
  const ledger = within(await screen.findByRole('table', { name: 'History of the schedule' }))
  expect(ledger.getByRole('link', { name: 'Run' }).getAttribute('href')).toBe('/runs/run_1')
  expect(ledger.getByText('1 min 30 s later')).toBeTruthy()
  expect(ledger.getAllByText('A run of the workflow was still going.').length).toBeGreaterThan(0)
  expect(ledger.getByText('12 left out')).toBeTruthy()
  expect(screen.getByText('Each start is up to 1 min 30 s later')).toBeTruthy()
  expect(screen.getByText('Is left out')).toBeTruthy()
  expect(screen.getByRole('table', { name: 'Next fire times of Nightly report' })).toBeTruthy()
  await user.click(screen.getByRole('button', { name: 'Show older moments' }))
  expect(ledger.getAllByRole('row')).toHaveLength(5)
})

it('keeps the history of a schedule that is out of service', async () => {
  open('/schedules/sch_9', {
    'GET /schedules': () => json({ items: [], next: null }),
    'GET /schedules/sch_9/fires': () => json({ items: [fire({ run_id: 'run_1' })], next: null }),
  })
  expect(await screen.findByText(/This schedule is not in service/)).toBeTruthy()
  expect(await screen.findByRole('link', { name: 'Run' })).toBeTruthy()
})
