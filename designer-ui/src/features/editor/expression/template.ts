/** The delimiters of templates. What is between them is judged by the core; this only finds where they are. */

export interface Region {
  kind: 'text' | 'expression'
  /** UTF-16 offsets; an expression includes its braces. */
  start: number
  end: number
}

/** True for a string with an expression in it. */
export function isTemplate(value: unknown): value is string {
  return typeof value === 'string' && value.includes('{{')
}

/** Cuts a template into text and expressions. An expression that is still being typed reaches to the end. */
export function regions(template: string): Region[] {
  const found: Region[] = []
  let at = 0
  while (at < template.length) {
    const open = template.indexOf('{{', at)
    if (open !== at) found.push({ kind: 'text', start: at, end: open < 0 ? template.length : open })
    if (open < 0) break
    at = endOfExpression(template, open + 2)
    found.push({ kind: 'expression', start: open, end: at })
  }
  return found
}

/** How many braces are open at `offset` within its expression; nothing when it is in plain text. */
export function openBraces(template: string, offset: number): number | null {
  const region = regions(template.slice(0, offset)).at(-1)
  if (region?.kind !== 'expression') return null
  let depth = 0
  for (let at = region.start + 2; at < offset; at++) {
    const char = template.charAt(at)
    if (char === '"' || char === "'" || char === '`') at = endOfString(template, at) - 1
    else if (char === '{') depth++
    else if (char === '}') depth--
  }
  // Below zero, the braces that close the expression are before the offset.
  return depth < 0 ? null : depth
}

/** The offset after the `}}` that closes an expression whose code starts at `start`. Braces nest; strings hide them. */
function endOfExpression(text: string, start: number): number {
  let depth = 0
  let at = start
  while (at < text.length) {
    const char = text.charAt(at)
    if (char === '"' || char === "'" || char === '`') {
      at = endOfString(text, at)
      continue
    }
    if (char === '{') depth++
    if (char === '}') {
      if (depth === 0 && text.charAt(at + 1) === '}') return at + 2
      depth = Math.max(0, depth - 1)
    }
    at++
  }
  return text.length
}

function endOfString(text: string, start: number): number {
  const quote = text.charAt(start)
  let at = start + 1
  while (at < text.length && text.charAt(at) !== quote) at += text.charAt(at) === '\\' ? 2 : 1
  return Math.min(text.length, at + 1)
}

export interface Insertion {
  from: number
  to: number
  insert: string
  /** Where the caret goes. */
  caret: number
}

/** How a data path enters a template: bare inside an expression, as an expression of its own in text. */
export function insertPath(template: string, from: number, to: number, path: string): Insertion {
  const inside = regions(template).some(
    ({ kind, start, end }) => kind === 'expression' && from >= start + 2 && to <= (template.slice(end - 2, end) === '}}' ? end - 2 : end),
  )
  // Between two words a path would become part of them.
  const before = /[\w$)\]]$/.test(template.slice(0, from)) ? ' ' : ''
  const after = /^[\w$]/.test(template.slice(to)) ? ' ' : ''
  const insert = inside ? before + path + after : `{{ ${path} }}`
  return { from, to, insert, caret: from + insert.length }
}

/** A fixed value as the template that gives the same value. */
export function toTemplate(value: unknown): string {
  if (value === undefined || value === '') return ''
  if (typeof value === 'string') return value
  // Spaced out, so that the braces of nested objects never stand together as `}}`.
  return `{{ ${JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ')} }}`
}

/** True while an expression has been opened and nothing written in it. */
export function isBlankTemplate(value: string): boolean {
  return /^\s*(?:\{\{\s*\}\})?\s*$/.test(value)
}
