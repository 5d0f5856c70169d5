import { expect, it } from 'vitest'

import { withKeep, withSetting } from './change'

it('takes away what holds by itself', () => {
  expect(withSetting({ concurrency: 2, priority: 'high' }, 'priority', undefined)).toEqual({ concurrency: 2 })
  expect(withSetting({}, 'run_timeout_ms', 5)).toEqual({ run_timeout_ms: 5 })
})

it('keeps rules for runs as long as they say something', () => {
  const days = withKeep(undefined, 'failed', 'days', 90)
  expect(days).toEqual({ failed: { days: 90 } })
  const both = withKeep(withKeep(days, 'failed', 'runs', 10), 'succeeded', 'runs', 1)
  expect(both).toEqual({ failed: { days: 90, runs: 10 }, succeeded: { runs: 1 } })
  expect(withKeep(both, 'succeeded', 'runs', undefined)).toEqual({ failed: { days: 90, runs: 10 } })
  expect(withKeep(days, 'failed', 'days', undefined)).toBeUndefined()
})
