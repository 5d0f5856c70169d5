// What a call produced.

import { StepError, toJson } from './error.js'

export class Outcome {
  #items = []
  #failures = []
  #next = null
  #meta = {}

  static one(value) {
    return Outcome.list([value])
  }

  static list(values) {
    const outcome = new Outcome()
    for (const value of values) outcome.push(value)
    return outcome
  }

  push(value) {
    return this.pushFor(0, value)
  }

  pushFor(item, value) {
    this.#items.push({ source: item, data: toJson(value) })
    return this
  }

  failItem(item, error) {
    this.#failures.push({ source: item, error: StepError.of(error) })
    return this
  }

  next(cursor) {
    this.#next = toJson(cursor)
    return this
  }

  meta(key, value) {
    this.#meta[key] = value
    return this
  }

  more() {
    return this.meta('more', true)
  }

  get values() {
    return this.#items.map((item) => JSON.parse(item.data))
  }

  get failures() {
    return this.#failures.map(({ source, error }) => [source, error])
  }

  get cursor() {
    return this.#next === null ? undefined : JSON.parse(this.#next)
  }

  get hasMore() {
    return this.#meta.more === true
  }

  toWire() {
    const failures = this.#failures.map(({ source, error }) => ({ source, error: error.toWire() }))
    const meta = Object.keys(this.#meta).length === 0 ? null : toJson(this.#meta)
    return { items: this.#items, failures, next: this.#next, meta }
  }
}
