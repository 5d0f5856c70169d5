import type { Request } from './protocol'

interface Place {
  path: readonly string[]
  key: number
}

/**
 * The request as the core reads it. Shared values are already JSON text and are pasted in, so that a large context is
 * not written out again for every keystroke.
 */
export function requestText(request: Request, textOf: (key: number) => string): string {
  return textAt({ function: request.function, ...request.arguments }, request.shared, textOf) ?? 'null'
}

function textAt(value: unknown, shared: readonly Place[], textOf: (key: number) => string): string | undefined {
  const whole = shared.find(({ path }) => path.length === 0)
  if (whole) return textOf(whole.key)
  // Nothing for what JSON has no word for, such as `undefined`, whatever the types of the standard library say.
  if (shared.length === 0) return JSON.stringify(value)
  const parts = Object.entries(value as object).flatMap(([name, part]) => {
    const inside = shared.filter(({ path }) => path[0] === name).map(({ path, key }) => ({ path: path.slice(1), key }))
    const text = textAt(part, inside, textOf)
    return text === undefined ? [] : [`${JSON.stringify(name)}:${text}`]
  })
  return `{${parts.join(',')}}`
}
