// Compiles a person's code and runs it.

import { fail, isFailure, scriptError, syntaxError } from './failure.js'
import { log, logger } from './log.js'
import { seedRandom } from './random.js'
import { toJson } from './result.js'

/** What the code can use by name. */
const NAMES = ['input', 'steps', 'item', 'index', 'trigger', 'run', 'vars', 'log', 'console']

// Held from before any code runs: code may replace what it finds on the global object.
const { stringify } = JSON
const NewFunction = Function

// The runtime's own doors are of no use to a script.
delete globalThis.__cqjs
delete globalThis.wit

/** Runs the code; the answer is JSON text. */
export function runScript(params, idempotencyKey) {
  if (idempotencyKey) seedRandom(idempotencyKey)
  const script = compile(params.source)
  const given = { ...params, log, console: logger }
  try {
    const value = script(...NAMES.map((name) => given[name]))
    if (value instanceof Promise) throw waits()
    return toJson(value, stringify)
  } catch (error) {
    // Reading the result runs getters and `toJSON`, which are the person's code as well.
    throw isFailure(error) ? error : scriptError(error)
  }
}

function waits() {
  const message = 'the code returned a Promise; code nodes run without waiting, so return the value itself'
  return fail('permanent', 'returned_promise', message)
}

/** The braces let the code declare names of its own that are also given. */
function compile(source) {
  try {
    return new NewFunction(...NAMES, `"use strict";{${source}\n}`)
  } catch (error) {
    throw syntaxError(error, source)
  }
}

