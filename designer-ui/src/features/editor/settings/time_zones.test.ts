import { expect, it } from 'vitest'

import { findZones, offsetOf, timeZones } from './time_zones'

it.each([
  ['zur', 'Europe/Zurich'],
  ['new y', 'America/New_York'],
  ['UTC', 'UTC'],
  ['america/buenos', 'America/Buenos_Aires'],
])('finds %s', (words, zone) => {
  expect(findZones([...timeZones(), 'America/Buenos_Aires'], words)[0]).toMatch(zone.split('/').at(-1)!)
})

it('lists UTC first', () => {
  expect(findZones(timeZones(), '')[0]).toBe('UTC')
})

it('tells the offset of the season', () => {
  expect(offsetOf('Europe/Zurich', Date.UTC(2026, 0, 1))).toBe('UTC+1')
  expect(offsetOf('Europe/Zurich', Date.UTC(2026, 6, 1))).toBe('UTC+2')
})
