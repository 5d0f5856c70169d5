import { describe, expect, it, vi } from 'vitest'

import { type Connection, follow, parser, type ServerEvent } from '@/api/events'
import type { ApiProblem } from '@/api/problem'
import { followRun } from '@/api/runs'
import { problem, serveFetch } from '@/api/test_fetch'
import type { Run, Step } from '@/api/types'

describe('the parser', () => {
  const all = (...pieces: string[]) => {
    const parse = parser()
    return pieces.flatMap((piece) => parse(piece))
  }

  it('reads events in whatever pieces they come', () => {
    const event = { event: 'step', data: '{"path":"a"}', id: '7' }
    const text = 'id: 7\nevent: step\ndata: {"path":"a"}\n\n'
    expect(all(text)).toEqual([event])
    for (let cut = 1; cut < text.length; cut += 1) expect(all(text.slice(0, cut), text.slice(cut))).toEqual([event])
    const lines = text.replaceAll('\n', '\r\n')
    for (let cut = 1; cut < lines.length; cut += 1) expect(all(lines.slice(0, cut), lines.slice(cut))).toEqual([event])
  })

  it('joins lines of data, keeps the last id and skips comments', () => {
    expect(all(': hello\n\nid: 1\ndata: a\ndata:b\n\ndata: c\n\nevent: nothing\n\n')).toEqual([
      { event: 'message', data: 'a\nb', id: '1' },
      { event: 'message', data: 'c', id: '1' },
    ])
  })

  it('keeps an unfinished event back', () => {
    expect(all('data: half')).toEqual([])
  })
})

const stream = (text: string) => new Response(text, { headers: { 'Content-Type': 'text/event-stream' } })

/** Follows `/events` until it ends, with no pauses between attempts. */
function followed(onEvent: (event: ServerEvent) => 'continue' | 'end') {
  const connections: Connection[] = []
  const pauses: number[] = []
  return new Promise<{ connections: Connection[]; pauses: number[]; refused?: ApiProblem }>((resolve) => {
    let refused: ApiProblem | undefined
    follow({
      path: '/events',
      onEvent,
      onProblem: (each) => {
        refused = each
        resolve({ connections, pauses, refused })
      },
      onConnection: (connection) => {
        connections.push(connection)
        if (connection === 'ended') queueMicrotask(() => resolve({ connections, pauses, ...(refused && { refused }) }))
      },
      pause: (milliseconds) => {
        pauses.push(milliseconds)
        return Promise.resolve()
      },
    })
  })
}

describe('following', () => {
  it('resumes after the last event it saw', async () => {
    const answers = [stream('id: 1\ndata: a\n\nid: 2\ndata: b\n\n'), stream('id: 3\ndata: end\n\n')]
    const calls = serveFetch({ 'GET /events': () => answers.shift()! })
    const seen: string[] = []
    const { connections } = await followed(({ data }) => {
      seen.push(data)
      return data === 'end' ? 'end' : 'continue'
    })
    expect(seen).toEqual(['a', 'b', 'end'])
    expect(calls.map(({ headers }) => headers.get('Last-Event-ID'))).toEqual([null, '2'])
    expect(connections).toEqual(['connecting', 'live', 'reconnecting', 'live', 'ended'])
  })

  it('waits longer each time the server is not there, and tries again', async () => {
    const answers = [
      () => Promise.reject(new TypeError('refused')),
      () => problem({ status: 503, code: 'overloaded', title: 'Busy', detail: 'Later.' }),
      () => stream('data: end\n\n'),
    ]
    serveFetch({ 'GET /events': () => answers.shift()!() })
    const { pauses } = await followed(() => 'end')
    expect(pauses).toEqual([500, 1_000])
  })

  it('gives up when there is nothing to follow', async () => {
    const calls = serveFetch({})
    const { refused, pauses } = await followed(() => 'continue')
    expect(refused).toMatchObject({ status: 404, code: 'not_found' })
    expect(pauses).toEqual([])
    expect(calls).toHaveLength(1)
  })

  it('stops when told to', async () => {
    const calls = serveFetch({ 'GET /events': () => stream('data: a\n\n') })
    const onEvent = vi.fn(() => 'continue' as const)
    const stop = follow({ path: '/events', onEvent })
    stop()
    await Promise.resolve()
    expect(onEvent).not.toHaveBeenCalled()
    expect(calls.length).toBeLessThanOrEqual(1)
  })
})

describe('a run', () => {
  it('is followed to its end', async () => {
    const step = { path: 'a', node: 'a', status: 'succeeded' }
    const run = (status: string) => `event: run\ndata: ${JSON.stringify({ id: 'run_1', status })}\n\n`
    serveFetch({
      'GET /runs/run_1/events': () => stream(`${run('running')}event: step\ndata: ${JSON.stringify(step)}\n\n${run('succeeded')}`),
    })
    const steps: Step[] = []
    const runs: Run[] = []
    await new Promise<void>((resolve) => {
      followRun('run_1', {
        onStep: (each) => steps.push(each),
        onRun: (each) => runs.push(each),
        onConnection: (connection) => {
          if (connection === 'ended') resolve()
        },
      })
    })
    expect(steps).toEqual([step])
    expect(runs.map(({ status }) => status)).toEqual(['running', 'succeeded'])
  })
})
