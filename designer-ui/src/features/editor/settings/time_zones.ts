/** Every zone the browser knows, `UTC` first. */
export function timeZones(): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')]
}

const MOST = 60

/** The zones that contain all words, those whose city starts with them first: "zur" finds Europe/Zurich. */
export function findZones(zones: readonly string[], words: string): string[] {
  const parts = plain(words).split(' ').filter(Boolean)
  if (parts.length === 0) return zones.slice(0, MOST)
  const found = zones.filter((zone) => parts.every((part) => plain(zone).includes(part)))
  const start = parts.join(' ')
  const startsCity = (zone: string) => plain(zone.slice(zone.lastIndexOf('/') + 1)).startsWith(start)
  return [...found.filter(startsCity), ...found.filter((zone) => !startsCity(zone))].slice(0, MOST)
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[/_\s]+/g, ' ').trim()
}

/** `UTC+1` at a moment. */
export function offsetOf(zone: string, atMs: number): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(atMs)
  return (parts.find(({ type }) => type === 'timeZoneName')?.value ?? '').replace('GMT', 'UTC')
}
