/** Node ids: readable slugs, unique in their document. */

const LONGEST = 64

/** Lower-case letters, digits and underscores, starting with a letter; empty when nothing of the text is left. */
export function slug(text: string): string {
  const plain = text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toLowerCase()
  const words = plain.replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '')
  const started = /^[0-9]/.test(words) ? `step_${words}` : words
  return started.slice(0, LONGEST).replace(/_+$/, '')
}

export function isWellFormed(id: string): boolean {
  return /^[a-z][a-z0-9_]{0,63}$/.test(id)
}

/** `wanted`, or `wanted_2`, `wanted_3`, … when it is taken. */
export function uniqueId(wanted: string, isTaken: (id: string) => boolean): string {
  const base = slug(wanted) || 'step'
  if (!isTaken(base)) return base
  const stem = base.replace(/_[0-9]+$/, '') || base
  for (let n = 2; ; n += 1) {
    const suffix = `_${String(n)}`
    const id = stem.slice(0, LONGEST - suffix.length) + suffix
    if (!isTaken(id)) return id
  }
}

/** The id a new node of a type gets: `if`, `http_request`, `http_request_2`. */
export function idForType(type: string, isTaken: (id: string) => boolean): string {
  return uniqueId(type.replace('/', '_'), isTaken)
}
