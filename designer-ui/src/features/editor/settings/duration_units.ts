/** Lengths of time as a number and a unit. What is kept is milliseconds. */

export type Unit = 'ms' | 's' | 'min' | 'h' | 'd'

export const UNIT_MS: Readonly<Record<Unit, number>> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 }

export const UNITS: readonly { value: Unit; label: string }[] = [
  { value: 'ms', label: 'milliseconds' },
  { value: 's', label: 'seconds' },
  { value: 'min', label: 'minutes' },
  { value: 'h', label: 'hours' },
  { value: 'd', label: 'days' },
]

/** The largest unit in which a length is a whole number. */
export function unitOf(milliseconds: number): Unit {
  const fitting = UNITS.filter(({ value }) => milliseconds >= UNIT_MS[value] && milliseconds % UNIT_MS[value] === 0)
  return fitting.at(-1)?.value ?? 'ms'
}
