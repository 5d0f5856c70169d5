import { world } from '../world.js'

export function log(level, message, fields) {
  world().logs.push({ level, message, fields: fields === null ? undefined : JSON.parse(fields) })
}

export function progress(done, total, note) {
  world().progress.push({ done, total, note })
}

export function isCancelled() {
  return world().isCancelled
}
