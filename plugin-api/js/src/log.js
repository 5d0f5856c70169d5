// Lines for the step's log, and progress.

import * as host from 'weft:plugin/host@1.0.0'

const write = (level) => (message, fields) => host.log(level, message, fields === undefined ? null : JSON.stringify(fields))

export const trace = write('trace')
export const debug = write('debug')
export const info = write('info')
export const warn = write('warn')
export const error = write('error')

export function progress(done, total, note = '') {
  host.progress(done, total ?? null, note)
}
