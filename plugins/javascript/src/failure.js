// Errors as the host wants them, with positions in the person's own code.

/** What stands before the code: two lines that `Function` writes, and on its first line the directive and a brace. */
const LINES_BEFORE = 2
const COLUMNS_BEFORE = '"use strict";{'.length

const { stringify } = JSON

const failures = new WeakSet()

/** An error of the plugin interface. */
export function fail(kind, code, message, more = {}) {
  const details = more.details === undefined ? undefined : stringify(more.details)
  const failure = { kind, code, message, retryAfterMs: undefined, pointer: more.pointer, details }
  failures.add(failure)
  return failure
}

/** Whether a thrown value is an error of the plugin interface already. */
export function isFailure(thrown) {
  return failures.has(thrown)
}

/** Code that cannot be compiled: shown at the field that holds it. */
export function syntaxError(error, source) {
  const at = position(error)
  const waits = /\bawait\b/.test(source) ? '; code nodes run without waiting, so await is not available' : ''
  const message = `syntax error${told(at)}: ${error.message}${waits}`
  return fail('invalid-input', 'syntax_error', message, { pointer: '/source', details: { ...at } })
}

/** Whatever the code threw, which may be anything. */
export function scriptError(thrown) {
  if (!(thrown instanceof Error)) {
    return fail('permanent', 'script_threw', `the code threw ${shown(thrown)}`)
  }
  const at = position(thrown)
  const name = String(thrown.name)
  const message = `${name}: ${String(thrown.message)}${told(at)}`
  return fail('permanent', 'script_failed', message, { details: { name, message: String(thrown.message), ...at } })
}

/** Where in the person's code the error arose: the first frame that lies in it. */
function position(error) {
  const frame = /<input>:(\d+):(\d+)/.exec(String(error.stack))
  if (!frame) return undefined
  const line = Number(frame[1]) - LINES_BEFORE
  const column = Number(frame[2]) - (line === 1 ? COLUMNS_BEFORE : 0)
  return line >= 1 && column >= 1 ? { line, column } : undefined
}

function told(at) {
  return at ? ` (line ${at.line}, column ${at.column})` : ''
}

function shown(value) {
  try {
    return typeof value === 'object' && value !== null ? stringify(value).slice(0, 500) : String(value).slice(0, 500)
  } catch {
    return 'something that cannot be shown'
  }
}
