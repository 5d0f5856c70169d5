import { refusal, world } from '../world.js'

const KEY = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/

export function get(key) {
  return world().state.get(key) ?? null
}

export function set(key, value) {
  check(key)
  world().state.set(key, value)
}

function remove(key) {
  check(key)
  world().state.delete(key)
}
export { remove as delete }

export function firstSeen(ids, _ttlS) {
  const { seen } = world()
  return ids.map((id) => !seen.has(id) && seen.add(id) === seen)
}

function check(key) {
  if (!KEY.test(key)) throw refusal('bad-key')
}
