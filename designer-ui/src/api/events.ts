import { isAbort, reportSignedOut, urlOf } from '@/api/client'
import { ApiProblem, problemOf } from '@/api/problem'

/** One event of a server-sent stream. */
export interface ServerEvent {
  event: string
  data: string
  id: string | undefined
}

export type Connection = 'connecting' | 'live' | 'reconnecting' | 'ended'

export interface Follow {
  /** Path below the API prefix. */
  path: string
  /** Called for each event; answers `end` when nothing more is of interest. */
  onEvent: (event: ServerEvent) => 'continue' | 'end'
  onConnection?: (connection: Connection) => void
  /** Called once, when the server refuses for good; the stream has ended then. */
  onProblem?: (problem: ApiProblem) => void
  /** Waits between attempts; tests pass their own. */
  pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000

/**
 * Follows a stream of server-sent events until its end, resuming after the last event seen whenever the connection
 * breaks. Returns the function that stops it.
 *
 * The browser's own `EventSource` hides status codes and reopens streams that the server ended on purpose, so a
 * finished run would be replayed for ever.
 */
export function follow(options: Follow): () => void {
  const stop = new AbortController()
  void run(options, stop.signal)
  return () => stop.abort()
}

async function run(options: Follow, signal: AbortSignal): Promise<void> {
  const say = (connection: Connection) => {
    if (!signal.aborted) options.onConnection?.(connection)
  }
  const pause = options.pause ?? sleep
  let lastId: string | undefined
  let pauseMs = FIRST_PAUSE_MS
  say('connecting')
  while (!signal.aborted) {
    try {
      const response = await open(options.path, lastId, signal)
      say('live')
      for await (const event of eventsOf(response, signal)) {
        if (event.id !== undefined) lastId = event.id
        pauseMs = FIRST_PAUSE_MS
        if (options.onEvent(event) === 'end') {
          say('ended')
          return
        }
      }
    } catch (error) {
      if (isAborted(signal) || isAbort(error)) return
      if (error instanceof ApiProblem && isFinal(error)) {
        if (error.status === 401) reportSignedOut()
        say('ended')
        options.onProblem?.(error)
        return
      }
    }
    say('reconnecting')
    await pause(pauseMs, signal)
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
  }
}

/** Asked through a function because the signal changes while the loop waits. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted
}

function isFinal(problem: ApiProblem): boolean {
  return problem.status >= 400 && problem.status < 500 && problem.status !== 408 && problem.status !== 429
}

async function open(path: string, lastId: string | undefined, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const headers: Record<string, string> = { Accept: 'text/event-stream' }
  if (lastId !== undefined) headers['Last-Event-ID'] = lastId
  const response = await fetch(urlOf(path), { headers, credentials: 'same-origin', cache: 'no-store', signal })
  if (!response.ok) throw await problemOf(response)
  if (response.body === null) throw ApiProblem.unreachable()
  return response.body
}

async function* eventsOf(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<ServerEvent> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const parse = parser()
  try {
    while (!signal.aborted) {
      const { done, value } = await reader.read()
      if (done) return
      yield* parse(decoder.decode(value, { stream: true }))
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** A parser of the event-stream format that takes text in whatever pieces the network delivers. */
export function parser(): (text: string) => ServerEvent[] {
  let rest = ''
  let event = ''
  let data: string[] = []
  let id: string | undefined
  return (text) => {
    const events: ServerEvent[] = []
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) events.push({ event: event === '' ? 'message' : event, data: data.join('\n'), id })
        event = ''
        data = []
        continue
      }
      const colon = line.indexOf(':')
      if (colon === 0) continue
      const field = colon < 0 ? line : line.slice(0, colon)
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
      if (field === 'event') event = value
      else if (field === 'data') data.push(value)
      else if (field === 'id') id = value
    }
    return events
  }
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
