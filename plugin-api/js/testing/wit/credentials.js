import { createHmac, timingSafeEqual } from 'node:crypto'
import { refusal, world } from '../world.js'

export function placeholder(slot, field) {
  value(slot, field)
  return `{{${slot}.${field}}}`
}

export function publicField(slot, field) {
  return value(slot, field)
}

export function hmac(slot, field, hash, message) {
  return new Uint8Array(createHmac(hash, value(slot, field)).update(message).digest())
}

export function hmacVerify(slot, field, hash, message, mac) {
  const right = hmac(slot, field, hash, message)
  return right.length === mac.length && timingSafeEqual(right, mac)
}

/** The claims as they are: a test has no key to sign with. */
export function signJwt(slot, field, claims) {
  value(slot, field)
  return claims
}

function value(slot, field) {
  const fields = world().credentials.get(slot)
  if (fields === undefined) throw refusal('not-bound')
  if (!Object.hasOwn(fields, field)) throw refusal('unknown-field')
  return fields[field]
}
