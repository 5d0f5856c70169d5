export type CoreErrorCode = 'timed_out' | 'superseded' | 'not_loaded' | 'failed'

/** A call to the core that has no answer. */
export class CoreError extends Error {
  readonly code: CoreErrorCode

  constructor(code: CoreErrorCode, message: string) {
    super(message)
    this.name = 'CoreError'
    this.code = code
  }
}
