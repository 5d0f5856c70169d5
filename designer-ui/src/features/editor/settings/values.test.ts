import { describe, expect, it } from 'vitest'

import { describe as describeCron } from './cron'
import { entriesOf, moved, repeatedKeys, valuesOf, withField } from './values'

it('takes a field away by setting nothing', () => {
  expect(withField({ a: 1, b: 2 }, 'a', undefined)).toEqual({ b: 2 })
  expect(withField({ a: 1 }, 'a', null)).toEqual({ a: null })
})

it.each([
  [0, 2, ['b', 'c', 'a']],
  [2, 0, ['c', 'a', 'b']],
  [0, -1, ['a', 'b', 'c']],
  [2, 3, ['a', 'b', 'c']],
])('moves %i to %i', (from, to, expected) => {
  expect(moved(['a', 'b', 'c'], from, to)).toEqual(expected)
})

describe('key and value lines', () => {
  it('round-trips objects', () => {
    expect(valuesOf(entriesOf({ a: 1, b: 'x' }))).toEqual({ a: 1, b: 'x' })
    expect(entriesOf('text')).toEqual([])
  })
  it('leaves out unfinished lines and tells repeated keys', () => {
    const lines = [{ key: '', value: 1 }, { key: 'a', value: 2 }, { key: 'a', value: 3 }]
    expect(valuesOf(lines)).toEqual({ a: 2 })
    expect([...repeatedKeys(lines)]).toEqual(['a'])
  })
})

it.each([
  ['*/5 * * * *', 'Every 5 minutes'],
  ['0 * * * *', 'Every hour'],
  ['30 8 * * *', 'Every day at 08:30'],
  ['0 9 * * 1-5', 'On weekdays at 09:00'],
  ['0 9 * * 1,3', 'On Monday, Wednesday at 09:00'],
  ['0 6 1 * *', 'On day 1 of every month at 06:00'],
  ['0 */6 * * *', 'Every 6 hours'],
  ['0 6 1 1 *', null],
  ['nonsense', null],
])('reads %s as %s', (cron, words) => {
  expect(describeCron(cron)).toBe(words)
})
