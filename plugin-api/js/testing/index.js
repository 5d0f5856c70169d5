// Plays the host in an author's tests, which run in Node: `node --import weft-plugin/testing --test`.

import { register } from 'node:module'
import { bytesOf, toText } from '../src/bytes.js'
import { put } from './world.js'

register('./hooks.js', import.meta.url)
// Not a static import: that would look for the host's modules before the hooks are there.
const { StepError } = await import('../src/error.js')

export class Host {
  #world

  constructor() {
    this.#world = put()
  }

  http(answer) {
    this.#world.responder = answer
    return this
  }

  credential(slot, fields) {
    this.#world.credentials.set(slot, fields)
    return this
  }

  get requests() {
    return this.#world.requests
  }

  get logs() {
    return this.#world.logs
  }

  get progress() {
    return this.#world.progress
  }

  state(key) {
    const json = this.#world.state.get(key)
    return json === undefined ? undefined : JSON.parse(json)
  }

  file(mime, content) {
    return { $blob: this.#world.addFile(mime, bytesOf(content)) }
  }

  contentOf(blob) {
    return this.#world.files.get(blob.$blob)?.content
  }

  cancel() {
    this.#world.isCancelled = true
    return this
  }

  manifest(plugin) {
    return JSON.parse(plugin.metadata.describe())
  }

  run(plugin, action, params = {}, more = {}) {
    return outcome(asked(() => plugin.actions.run(call(action, params, more))))
  }

  poll(plugin, trigger, params = {}, more = {}) {
    return outcome(asked(() => plugin.polling.poll(call(trigger, params, more))))
  }

  handle(plugin, trigger, { params = {}, method = 'POST', pathSuffix = '', query = [], headers = [], body = '', receivedMs = 0 } = {}) {
    const inbound = { action: trigger, params: JSON.stringify(params), method, pathSuffix, query, headers, body: bytesOf(body), receivedMs }
    const { tag, val } = asked(() => plugin.webhooks.handle(inbound))
    if (tag === 'accept') return { verdict: tag, ...outcome(val[0]), reply: replyOf(val[1]) }
    return tag === 'answer' ? { verdict: tag, reply: replyOf(val) } : { verdict: tag, reason: val }
  }

  subscribe(plugin, trigger, params, url) {
    return JSON.parse(asked(() => plugin.webhooks.subscribe(trigger, JSON.stringify(params), url)))
  }

  unsubscribe(plugin, trigger, params, subscription) {
    asked(() => plugin.webhooks.unsubscribe(trigger, JSON.stringify(params), JSON.stringify(subscription)))
  }

  options(plugin, action, field, { params = {}, search = null, cursor } = {}) {
    const choices = asked(() => plugin.dynamic.options(action, field, JSON.stringify(params), search, json(cursor)))
    const items = choices.items.map(({ value, label, hint }) => ({ value: JSON.parse(value), label, hint }))
    return { items, next: parsed(choices.next) }
  }

  schema(plugin, action, field = null, params = {}) {
    return JSON.parse(asked(() => plugin.dynamic.schema(action, field, JSON.stringify(params))))
  }

  testCredential(plugin, slot) {
    return asked(() => plugin.dynamic.testCredential(slot))
  }
}

/** An answer with a JSON body. */
export function answer(status, body, headers = []) {
  return { status, headers: [['content-type', 'application/json'], ...headers], body: bytesOf(JSON.stringify(body)) }
}

/** An answer that does not come. */
export function failure(tag, val) {
  return { failure: { tag, val } }
}

function call(action, params, { items = [null], cursor, idempotencyKey = 'test', attempt = 1, deadlineMs = 30_000, dryRun = false }) {
  const written = items.map((item) => JSON.stringify(item))
  return { action, params: JSON.stringify(params), items: written, cursor: json(cursor), idempotencyKey, attempt, deadlineMs, dryRun }
}

/** Turns the host's form of an error back into the author's. */
function asked(ask) {
  try {
    return ask()
  } catch (wire) {
    if (wire instanceof Error) throw wire
    const { kind, code, message, retryAfterMs, pointer } = wire
    throw new StepError(kind, code, message, { retryAfterMs, pointer, details: parsed(wire.details) })
  }
}

function outcome({ items, failures, next, meta }) {
  return {
    values: items.map((item) => JSON.parse(item.data)),
    sources: items.map((item) => item.source),
    failures: failures.map(({ source, error }) => [source, error]),
    cursor: parsed(next),
    meta: parsed(meta) ?? {},
  }
}

function replyOf({ status, headers, body }) {
  return { status, headers, body: toText(body) }
}

function json(value) {
  return value === undefined ? null : JSON.stringify(value)
}

function parsed(text) {
  return text === null || text === undefined ? undefined : JSON.parse(text)
}
