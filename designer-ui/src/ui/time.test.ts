import { describe, expect, it } from 'vitest'

import { duration, relativeTime, timeLeft } from '@/ui/time'

const NOW = Date.UTC(2026, 10, 21, 12)
const MINUTE = 60_000

describe('relative time', () => {
  it.each([
    [0, 'just now'],
    [5_000, 'just now'],
    [30_000, 'in a moment'],
    [-59_000, 'just now'],
    [-5 * MINUTE, '5 minutes ago'],
    [59.8 * MINUTE, 'in 1 hour'],
    [23.9 * 60 * MINUTE, 'tomorrow'],
    [-3 * 24 * 60 * MINUTE, '3 days ago'],
  ])('%d ms away is %s', (difference, text) => {
    expect(relativeTime(NOW + difference, NOW)).toBe(text)
  })
})

describe('time left', () => {
  it.each([
    [4_200, 'in 5 s'],
    [192_000, 'in 3 min 12 s'],
    [90_000_000, 'in 1 d 1 h'],
    [0, 'any moment now'],
    [-5_000, 'any moment now'],
  ])('%d ms ahead is %s', (difference, text) => {
    expect(timeLeft(NOW + difference, NOW)).toBe(text)
  })
})

describe('duration', () => {
  it.each([
    [0, '0 ms'],
    [340, '340 ms'],
    [2_449, '2.4 s'],
    [59_900, '59 s'],
    [60_000, '1 min'],
    [192_000, '3 min 12 s'],
    [3_900_000, '1 h 5 min'],
    [90_000_000, '1 d 1 h'],
    [-5, '0 ms'],
  ])('%d is %s', (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text)
  })
})
