import { ApiProblem, problemOf } from '@/api/problem'

export const PREFIX = '/api/v1'

type QueryValue = string | number | boolean | undefined

interface Options {
  query?: Record<string, QueryValue>
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
}

interface WriteOptions extends Options {
  body?: unknown
}

/** Typed access to the API; nothing else in the designer fetches. Every failure is an `ApiProblem`. */
export const http = {
  get: <T>(path: string, options: Options = {}) => request<T>('GET', path, options),
  post: <T>(path: string, options: WriteOptions = {}) => request<T>('POST', path, options),
  put: <T>(path: string, options: WriteOptions = {}) => request<T>('PUT', path, options),
  patch: <T>(path: string, options: WriteOptions = {}) => request<T>('PATCH', path, options),
  delete: <T = undefined>(path: string, options: Options = {}) => request<T>('DELETE', path, options),
}

/** Where "not signed in" is an answer like any other. */
const ASKS_WHO = ['/session', '/me']

let signedOut: () => void = () => undefined

/** Sets what happens when the server no longer knows who we are. */
export function onSignedOut(handler: () => void): void {
  signedOut = handler
}

/** Says that an answer was "you are not signed in". */
export function reportSignedOut(): void {
  signedOut()
}

export function urlOf(path: string, query: Record<string, QueryValue> = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value))
  }
  const text = search.toString()
  return `${PREFIX}${path}${text === '' ? '' : `?${text}`}`
}

async function request<T>(method: string, path: string, options: WriteOptions): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json', ...options.headers }
  const init: RequestInit = { method, headers, credentials: 'same-origin', signal: options.signal ?? null }
  // Writes carry the JSON content type even without a body: the server refuses others as forged.
  if (method !== 'GET') {
    headers['Content-Type'] = 'application/json'
    if (options.body !== undefined) init.body = JSON.stringify(options.body)
  }
  const response = await fetch(urlOf(path, options.query), init).catch((error: unknown) => {
    if (isAbort(error)) throw error
    throw ApiProblem.unreachable()
  })
  if (!response.ok) {
    const problem = await problemOf(response)
    if (problem.status === 401 && !ASKS_WHO.includes(path)) signedOut()
    throw problem
  }
  return await bodyOf<T>(response)
}

async function bodyOf<T>(response: Response): Promise<T> {
  const text = await response.text()
  // A `T` of `undefined` is what callers of empty answers ask for.
  return (text === '' ? undefined : JSON.parse(text)) as T
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}
