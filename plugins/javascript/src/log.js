// `log(…)` and `console.…(…)` write to the step's log.

import host from 'weft:plugin/host@1.0.0'

const { stringify } = JSON

function write(level, values) {
  host.log(level, values.map(text).join(' '), undefined)
}

function text(value) {
  if (typeof value === 'string') return value
  if (value instanceof Error) return `${value.name}: ${value.message}`
  try {
    return stringify(value) ?? String(value)
  } catch {
    return String(value)
  }
}

export const logger = {
  log: (...values) => write('info', values),
  trace: (...values) => write('trace', values),
  debug: (...values) => write('debug', values),
  info: (...values) => write('info', values),
  warn: (...values) => write('warn', values),
  error: (...values) => write('error', values),
}

export const log = Object.assign((...values) => write('info', values), logger)
