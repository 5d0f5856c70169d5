// Files, read and written piece by piece.

import * as host from 'weft:plugin/blobs@1.0.0'
import { bytesOf, toText } from './bytes.js'
import { StepError, told } from './error.js'

const CHUNK_BYTES = 256 * 1024

export class Reader {
  #handle

  constructor(handle) {
    this.#handle = handle
  }

  size() {
    return this.#handle.size()
  }

  mime() {
    return this.#handle.mime()
  }

  read(max = CHUNK_BYTES) {
    return asked(() => this.#handle.read(max))
  }

  *chunks() {
    for (let chunk = this.read(); chunk.length > 0; chunk = this.read()) yield chunk
  }

  bytes() {
    const chunks = [...this.chunks()]
    const whole = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0))
    let at = 0
    for (const chunk of chunks) {
      whole.set(chunk, at)
      at += chunk.length
    }
    return whole
  }

  text() {
    return toText(this.bytes())
  }
}

export class Writer {
  #handle

  constructor(handle) {
    this.#handle = handle
  }

  write(chunk) {
    asked(() => this.#handle.write(bytesOf(chunk)))
    return this
  }

  finish() {
    return { $blob: asked(() => host.Writer.finish(this.#handle)) }
  }
}

export function open(blob) {
  return asked(() => new Reader(host.open(blob.$blob)))
}

export function create(name, mime) {
  return asked(() => new Writer(host.create(name, mime)))
}

function asked(ask) {
  try {
    return ask()
  } catch (error) {
    throw told(error, FAILURES)
  }
}

const FAILURES = {
  'not-found': () => StepError.permanent('file_not_found', 'there is no such file'),
  quota: () => StepError.permanent('file_quota', 'the file, or all files of the run, are longer than is allowed'),
  io: (why) => StepError.retryable('file_failed', why),
}
