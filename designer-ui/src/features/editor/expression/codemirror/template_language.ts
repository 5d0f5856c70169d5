import { StreamLanguage, type StringStream } from '@codemirror/language'

/**
 * Text with `{{ expressions }}` for highlighting. Only the colours are decided here: what an expression means, and
 * where it is wrong, the core says.
 */
interface State {
  inside: boolean
  /** Braces opened within the expression. */
  depth: number
  /** The quote of the string the reader is in. */
  quote: string | null
  /** Whether a name now is a property, because a dot stood before it. */
  afterDot: boolean
}

const ROOTS = new Set(['input', 'steps', 'trigger', 'item', 'index', 'run', 'vars'])
const ATOMS = new Set(['true', 'false', 'null', 'undefined', 'NaN', 'Infinity'])
const KEYWORDS = new Set(['in', 'typeof', 'void'])

export const templateLanguage = StreamLanguage.define<State>({
  name: 'weft-template',
  startState: () => ({ inside: false, depth: 0, quote: null, afterDot: false }),
  copyState: (state) => ({ ...state }),
  token: (stream, state) => (state.inside ? expressionToken(stream, state) : textToken(stream, state)),
})

function textToken(stream: StringStream, state: State): string | null {
  if (stream.match('{{')) {
    state.inside = true
    state.depth = 0
    return 'brace'
  }
  while (!stream.eol() && !stream.match('{{', false)) stream.next()
  return null
}

function expressionToken(stream: StringStream, state: State): string | null {
  if (state.quote !== null) return stringToken(stream, state, state.quote)
  if (stream.eatSpace()) return null
  if (state.depth === 0 && stream.match('}}')) {
    state.inside = false
    state.afterDot = false
    return 'brace'
  }
  const quote = stream.match(/^["'`]/)
  if (quote) return stringToken(stream, state, stream.current())
  if (stream.match(/^(?:0[xX][\da-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/)) return 'number'
  if (stream.match(/^[A-Za-z_$][\w$]*/)) return nameToken(stream, state)
  if (stream.match(/^\?\./) || stream.match(/^\.(?!\.)/)) {
    state.afterDot = true
    return 'operator'
  }
  state.afterDot = false
  const char = stream.next()
  if (char === '{') state.depth++
  if (char === '}') state.depth = Math.max(0, state.depth - 1)
  return char !== undefined && '()[]{},'.includes(char) ? 'punctuation' : 'operator'
}

function stringToken(stream: StringStream, state: State, quote: string): string {
  state.quote = quote
  while (!stream.eol()) {
    const char = stream.next()
    if (char === '\\') stream.next()
    else if (char === quote) {
      state.quote = null
      break
    }
  }
  return 'string'
}

function nameToken(stream: StringStream, state: State): string {
  const name = stream.current()
  const isProperty = state.afterDot
  state.afterDot = false
  if (stream.match(/^\s*\(/, false)) return isProperty ? 'propertyName.function' : 'variableName.function'
  if (isProperty) return 'propertyName'
  if (ATOMS.has(name)) return 'atom'
  if (KEYWORDS.has(name)) return 'keyword'
  return ROOTS.has(name) ? 'variableName.special' : 'variableName'
}
