// How a call fails, and how everything that is thrown becomes such a failure.

import * as log from './log.js'

export class StepError extends Error {
  constructor(kind, code, message, { retryAfterMs, pointer, details } = {}) {
    super(message)
    this.name = 'StepError'
    this.kind = kind
    this.code = code
    this.retryAfterMs = retryAfterMs ?? null
    this.pointer = pointer || null
    this.details = details ?? null
  }

  static retryable(code, message, more) {
    return new StepError('retryable', code, message, more)
  }

  static permanent(code, message, more) {
    return new StepError('permanent', code, message, more)
  }

  static rateLimited(code, message, retryAfterMs, more) {
    return new StepError('rate-limited', code, message, { retryAfterMs, ...more })
  }

  static auth(code, message, more) {
    return new StepError('auth', code, message, more)
  }

  static invalidInput(pointer, message, more) {
    return new StepError('invalid-input', 'invalid_input', message, { pointer, ...more })
  }

  static cancelled() {
    return new StepError('cancelled', 'cancelled', 'the call was cancelled')
  }

  /** What the author threw, or what the engine threw at the author, whose place goes to the log. */
  static of(thrown) {
    if (thrown instanceof StepError) return thrown
    const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : `thrown: ${String(thrown)}`
    const stack = thrown instanceof Error ? thrown.stack : undefined
    log.error(message, stack === undefined ? undefined : { stack })
    return StepError.permanent('uncaught_error', message)
  }

  toWire() {
    const { kind, code, message, retryAfterMs, pointer, details } = this
    return { kind, code, message, retryAfterMs, pointer, details: details === null ? null : toJson(details) }
  }
}

export function toJson(value) {
  try {
    return JSON.stringify(value) ?? 'null'
  } catch (error) {
    throw StepError.permanent('output_not_json', error.message)
  }
}

/** Tells an error of the host, which arrives as an `Error` with the case as its `payload`. */
export function told(error, cases) {
  const { tag, val } = error?.payload ?? {}
  return tag in cases ? cases[tag](val) : error
}
