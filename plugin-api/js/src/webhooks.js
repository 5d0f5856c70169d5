// What a service sends to a trigger, and what it is answered.

import { fromText, toText } from './bytes.js'
import { StepError, toJson } from './error.js'
import { Outcome } from './outcome.js'

export class Inbound {
  constructor(wire) {
    this.action = wire.action
    this.params = JSON.parse(wire.params)
    this.method = wire.method
    this.pathSuffix = wire.pathSuffix
    this.query = wire.query
    this.headers = wire.headers
    this.body = wire.body
    this.receivedMs = wire.receivedMs
  }

  header(name) {
    const wanted = name.toLowerCase()
    return this.headers.find(([header]) => header.toLowerCase() === wanted)?.[1]
  }

  queryParameter(name) {
    return this.query.find(([parameter]) => parameter === name)?.[1]
  }

  text() {
    return toText(this.body)
  }

  json() {
    try {
      return JSON.parse(this.text())
    } catch (error) {
      throw StepError.permanent('body_not_json', `the request's body is not JSON: ${error.message}`)
    }
  }
}

export class Reply {
  constructor(status) {
    this.status = status
    this.headers = []
    this.body = new Uint8Array()
  }

  static ok() {
    return new Reply(200)
  }

  header(name, value) {
    this.headers.push([name, value])
    return this
  }

  json(body) {
    this.body = fromText(toJson(body))
    return this.header('content-type', 'application/json')
  }

  text(body) {
    this.body = fromText(body)
    return this.header('content-type', 'text/plain; charset=utf-8')
  }

  toWire() {
    return { status: this.status, headers: this.headers, body: this.body }
  }
}

export class Verdict {
  #wire

  constructor(wire) {
    this.#wire = wire
  }

  static accept(found, reply = Reply.ok()) {
    const outcome = found instanceof Outcome ? found : Outcome.list(found)
    return new Verdict({ tag: 'accept', val: [outcome.toWire(), reply.toWire()] })
  }

  static answer(reply) {
    return new Verdict({ tag: 'answer', val: reply.toWire() })
  }

  static reject(why) {
    return new Verdict({ tag: 'reject', val: why })
  }

  toWire() {
    return this.#wire
  }
}
