// A few values that a step or trigger keeps from call to call.

import * as host from 'weft:plugin/state@1.0.0'
import { StepError, toJson, told } from './error.js'

export function get(key) {
  const value = host.get(key)
  return value === null || value === undefined ? undefined : JSON.parse(value)
}

export function set(key, value) {
  asked(() => host.set(key, toJson(value)))
}

function remove(key) {
  asked(() => host.delete(key))
}
export { remove as delete }

export function firstSeen(ids, ttlS) {
  return asked(() => host.firstSeen(ids, ttlS))
}

export function isFirst(id, ttlS) {
  return firstSeen([id], ttlS)[0] === true
}

function asked(ask) {
  try {
    return ask()
  } catch (error) {
    throw told(error, REFUSALS)
  }
}

const REFUSALS = {
  quota: () => StepError.permanent('state_quota', 'the step keeps more than it may'),
  'bad-key': () => StepError.permanent('state_bad_key', 'this is no key for something to be kept'),
  conflict: () => StepError.retryable('state_conflict', 'another call of the same step kept something at the same time'),
}
