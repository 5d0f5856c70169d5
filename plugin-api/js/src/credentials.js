// Credentials that the plugin can use and not see.

import * as host from 'weft:plugin/credentials@1.0.0'
import { bytesOf, fromHex } from './bytes.js'
import { StepError, toJson, told } from './error.js'

export function placeholder(slot, field) {
  return asked(() => host.placeholder(slot, field))
}

export function publicField(slot, field) {
  return asked(() => host.publicField(slot, field))
}

export function hmac(slot, field, hash, message) {
  return asked(() => host.hmac(slot, field, hash, bytesOf(message)))
}

export function hmacVerify(slot, field, hash, message, mac) {
  return asked(() => host.hmacVerify(slot, field, hash, bytesOf(message), mac))
}

export function hmacVerifyHex(slot, field, hash, message, mac) {
  return hmacVerify(slot, field, hash, message, fromHex(mac) ?? new Uint8Array())
}

export function signJwt(slot, field, claims) {
  return asked(() => host.signJwt(slot, field, toJson(claims)))
}

function asked(ask) {
  try {
    return ask()
  } catch (error) {
    throw told(error, REFUSALS)
  }
}

const REFUSALS = {
  'not-bound': () => StepError.auth('credential_not_bound', 'no credential is chosen for this step'),
  'unknown-field': () => StepError.permanent('credential_unknown_field', 'the credential has no such field'),
  refused: (why) => StepError.permanent('credential_refused', why),
}
