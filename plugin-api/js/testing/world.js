// What the host of a test knows. There is one at a time.

class World {
  responder = undefined
  requests = []
  credentials = new Map()
  state = new Map()
  seen = new Set()
  files = new Map()
  logs = []
  progress = []
  isCancelled = false

  addFile(mime, content) {
    const id = `file_${this.files.size + 1}`
    this.files.set(id, { mime, content })
    return id
  }
}

let current = new World()

/** A new world in the place of the one that was there. */
export function put() {
  current = new World()
  return current
}

export function world() {
  return current
}

/** An error as the sandbox throws it: the case is its payload. */
export function refusal(tag, val) {
  return Object.assign(new Error(`${tag} (see error.payload)`), { payload: val === undefined ? { tag } : { tag, val } })
}
