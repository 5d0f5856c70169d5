import { vi } from 'vitest'

import { PREFIX } from '@/api/client'
import type { ProblemDocument } from '@/api/types'

export interface Call {
  method: string
  path: string
  query: URLSearchParams
  headers: Headers
  body: unknown
}

export type Answer = (call: Call) => Response | Promise<Response>

/** Stands in for the server: answers by `METHOD /path`, without the prefix; `GET /x` and so on. Tests read what was asked. */
export function serveFetch(routes: Record<string, Answer>): Call[] {
  const calls: Call[] = []
  vi.stubGlobal('fetch', async (input: string, init: RequestInit = {}) => {
    const url = new URL(input, 'http://weft.test')
    const path = url.pathname.slice(PREFIX.length)
    const method = init.method ?? 'GET'
    const text = typeof init.body === 'string' ? init.body : undefined
    const call: Call = {
      method,
      path,
      query: url.searchParams,
      headers: new Headers(init.headers),
      body: text === undefined ? undefined : (JSON.parse(text) as unknown),
    }
    calls.push(call)
    const answer = routes[`${method} ${path}`]
    if (answer === undefined) return problem({ status: 404, code: 'not_found', title: 'Not found', detail: `No answer for ${method} ${path}.` })
    return await answer(call)
  })
  return calls
}

export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
}

export function problem(document: ProblemDocument): Response {
  return new Response(JSON.stringify(document), { status: document.status, headers: { 'Content-Type': 'application/problem+json' } })
}
