import { refusal, world } from '../world.js'

export class Reader {
  #file
  #position = 0

  constructor(file) {
    this.#file = file
  }

  size() {
    return this.#file.content.length
  }

  mime() {
    return this.#file.mime
  }

  read(max) {
    const chunk = this.#file.content.slice(this.#position, this.#position + max)
    this.#position += chunk.length
    return chunk
  }
}

export class Writer {
  constructor(mime) {
    this.mime = mime
    this.chunks = []
  }

  write(chunk) {
    this.chunks.push(chunk)
  }

  static finish(writer) {
    return world().addFile(writer.mime, new Uint8Array(writer.chunks.flatMap((chunk) => [...chunk])))
  }
}

export function open(id) {
  const file = world().files.get(id)
  if (file === undefined) throw refusal('not-found')
  return new Reader(file)
}

export function create(_name, mime) {
  return new Writer(mime)
}
