import { expect, it } from 'vitest'

import { unitOf } from './duration_units'

it.each([
  [0, 'ms'],
  [1_500, 'ms'],
  [90_000, 's'],
  [120_000, 'min'],
  [5_400_000, 'min'],
  [7_200_000, 'h'],
  [172_800_000, 'd'],
])('%d ms are written in %s', (milliseconds, unit) => {
  expect(unitOf(milliseconds)).toBe(unit)
})
