import { expect, it } from 'vitest'

import { Latest, STALE } from './latest'

it('gives only the newest result', async () => {
  const latest = new Latest()
  const first = latest.run(() => Promise.resolve(1))
  const second = latest.run(() => Promise.resolve(2))
  expect(await first).toBe(STALE)
  expect(await second).toBe(2)
})

it('hides the failure of what is stale', async () => {
  const latest = new Latest()
  const failing = latest.run(() => Promise.reject(new Error('late')))
  latest.cancel()
  expect(await failing).toBe(STALE)
  await expect(latest.run(() => Promise.reject(new Error('now')))).rejects.toThrow('now')
})
