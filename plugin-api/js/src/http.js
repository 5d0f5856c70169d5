// Requests through the host.

import * as host from 'weft:plugin/http@1.0.0'
import { bytesOf, fromText, toText } from './bytes.js'
import { StepError, toJson, told } from './error.js'

/** How much of a refusing answer goes into the error's message, and into its details. */
const MESSAGE_CHARACTERS = 200
const DETAILS_CHARACTERS = 2_000

export class Response {
  constructor({ status, headers, body }) {
    this.status = status
    this.headers = headers
    this.body = body
  }

  header(name) {
    const wanted = name.toLowerCase()
    return this.headers.find(([header]) => header.toLowerCase() === wanted)?.[1]
  }

  text() {
    return toText(this.body)
  }

  json() {
    try {
      return JSON.parse(this.text())
    } catch (error) {
      throw StepError.permanent('answer_not_json', error.message)
    }
  }

  ok() {
    if (this.status < 400) return this
    const text = this.text()
    const message = `the service answered ${this.status}: ${text.slice(0, MESSAGE_CHARACTERS)}`
    const details = { status: this.status, body: text.slice(0, DETAILS_CHARACTERS) }
    throw new StepError(kindOf(this.status), `http_${this.status}`, message, { details, retryAfterMs: this.retryAfterMs() })
  }

  retryAfterMs() {
    if (this.status !== 429 && this.status !== 503) return undefined
    const value = this.header('retry-after')?.trim() ?? ''
    if (/^\d+$/.test(value)) return Number(value) * 1000
    // A date is held against the service's own clock.
    const wait = Date.parse(value) - Date.parse(this.header('date') ?? '')
    return Number.isNaN(wait) ? undefined : Math.max(wait, 0)
  }
}

export function send(request) {
  try {
    return new Response(host.send(toWire(request)))
  } catch (error) {
    throw told(error, FAILURES)
  }
}

export function sendAll(requests) {
  const read = ({ tag, val }) => (tag === 'ok' ? new Response(val) : FAILURES[val.tag](val.val))
  return host.sendAll(requests.map(toWire)).map(read)
}

const method = (name) => (url, options) => send({ ...options, method: name, url })

export const get = method('GET')
export const post = method('POST')
export const put = method('PUT')
export const patch = method('PATCH')
const remove = method('DELETE')
export { remove as delete }

export function getJson(url, options) {
  return get(url, options).ok().json()
}

export function postJson(url, json, options) {
  return post(url, { ...options, json }).ok().json()
}

export function encodeQuery(parameters) {
  return pairs(parameters)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&')
}

function toWire({ method = 'GET', url, query, headers, json, form, body, auth, timeoutMs, maxRedirects = 5 }) {
  const content = contentOf(json, form, body)
  const sent = pairs(headers)
  if (content.type !== undefined && !sent.some(([name]) => name.toLowerCase() === 'content-type')) {
    sent.push(['content-type', content.type])
  }
  return {
    method,
    url: withQuery(url, query),
    headers: sent,
    body: content.bytes ?? null,
    auth: auth ?? null,
    timeoutMs: timeoutMs ?? null,
    maxRedirects,
  }
}

function contentOf(json, form, body) {
  if (json !== undefined) return { type: 'application/json', bytes: fromText(toJson(json)) }
  if (form !== undefined) return { type: 'application/x-www-form-urlencoded', bytes: fromText(encodeQuery(form)) }
  return { bytes: body === undefined ? undefined : bytesOf(body) }
}

function withQuery(url, query) {
  const added = encodeQuery(query)
  if (added === '') return url
  const [before, ...fragment] = url.split('#')
  const joint = before.includes('?') ? '&' : '?'
  return [`${before}${joint}${added}`, ...fragment].join('#')
}

/** Names and values of an object or of a list of pairs; lists give a name several times, and what is absent is left out. */
function pairs(parameters = {}) {
  const entries = Array.isArray(parameters) ? parameters : Object.entries(parameters)
  return entries
    .flatMap(([name, value]) => (Array.isArray(value) ? value.map((one) => [name, one]) : [[name, value]]))
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => [name, String(value)])
}

function encode(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

function kindOf(status) {
  if (status === 429) return 'rate-limited'
  if (status === 408 || status === 425 || status >= 500) return 'retryable'
  return status === 401 || status === 403 ? 'auth' : 'permanent'
}

const FAILURES = {
  denied: (why) => StepError.permanent('request_denied', why),
  dns: (why) => StepError.retryable('dns_failed', why),
  connect: (why) => StepError.retryable('connection_failed', why),
  tls: (why) => StepError.permanent('tls_failed', why),
  timeout: () => StepError.retryable('request_timed_out', 'the answer did not come in time'),
  'too-large': (bytes) => StepError.permanent('answer_too_large', `the answer is longer than ${bytes} bytes`),
  protocol: (why) => StepError.retryable('protocol_error', why),
}
