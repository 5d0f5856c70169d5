// The host's interfaces as the sandbox gives them to JavaScript: `plugin-api/wit/weft.wit`, import by import. Authors need
// them only to do without the SDK. An `option` is the value or `null`; the error of a `result` is thrown, as the `payload`
// of an `Error`.

declare module 'weft:plugin/host@1.0.0' {
  export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error'
  export function log(level: Level, message: string, fields: string | null): void
  export function progress(done: number, total: number | null, note: string): void
  export function isCancelled(): boolean
}

declare module 'weft:plugin/credentials@1.0.0' {
  export type CredError = { tag: 'not-bound' } | { tag: 'unknown-field' } | { tag: 'refused'; val: string }
  export type Hash = 'sha1' | 'sha256' | 'sha512'
  export function placeholder(slot: string, field: string): string
  export function publicField(slot: string, field: string): string
  export function hmac(slot: string, field: string, alg: Hash, message: Uint8Array): Uint8Array
  export function hmacVerify(slot: string, field: string, alg: Hash, message: Uint8Array, mac: Uint8Array): boolean
  export function signJwt(slot: string, field: string, claims: string): string
}

declare module 'weft:plugin/http@1.0.0' {
  export interface Request {
    method: string
    url: string
    headers: [string, string][]
    body: Uint8Array | null
    auth: string | null
    timeoutMs: number | null
    maxRedirects: number
  }
  export interface Response {
    status: number
    headers: [string, string][]
    body: Uint8Array
  }
  export type HttpError =
    | { tag: 'denied' | 'dns' | 'connect' | 'tls' | 'protocol'; val: string }
    | { tag: 'timeout' }
    | { tag: 'too-large'; val: number }
  export function send(req: Request): Response
  export function sendAll(reqs: Request[]): ({ tag: 'ok'; val: Response } | { tag: 'err'; val: HttpError })[]
}

declare module 'weft:plugin/state@1.0.0' {
  export type StateError = { tag: 'quota' } | { tag: 'bad-key' } | { tag: 'conflict' }
  export function get(key: string): string | null
  export function set(key: string, value: string): void
  function remove(key: string): void
  export { remove as delete }
  export function firstSeen(ids: string[], ttlS: number): boolean[]
}

declare module 'weft:plugin/blobs@1.0.0' {
  export type BlobError = { tag: 'not-found' } | { tag: 'quota' } | { tag: 'io'; val: string }
  export class Reader {
    private constructor()
    size(): number
    mime(): string
    read(max: number): Uint8Array
  }
  export class Writer {
    private constructor()
    write(chunk: Uint8Array): void
    static finish(w: Writer): string
  }
  export function open(id: string): Reader
  export function create(name: string, mime: string): Writer
}
