// The engine has no `console`; libraries write to one, and so do people who look for an error.

import * as log from './log.js'

export function giveConsole() {
  if (globalThis.console !== undefined) return
  const write = (line) => (...values) => line(values.map(text).join(' '))
  const { trace, debug, info, warn, error } = log
  globalThis.console = {
    log: write(info),
    trace: write(trace),
    debug: write(debug),
    info: write(info),
    warn: write(warn),
    error: write(error),
  }
}

function text(value) {
  if (typeof value === 'string') return value
  if (value instanceof Error) return `${value.name}: ${value.message}`
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return String(value)
  }
}
