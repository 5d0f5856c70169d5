/** The step types used last, kept in the browser. */

const KEY = 'weft.palette.recent'
const MOST = 5

export function recentTypes(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : []
  } catch {
    return []
  }
}

export function rememberType(id: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([id, ...recentTypes().filter((other) => other !== id)].slice(0, MOST)))
  } catch {
    // Without storage nothing is recent.
  }
}
