import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { CoreClient } from './client'
import { createCore } from './core'
import type { Answer, Port, Request } from './protocol'

/** A worker of which the test decides when it answers, and what. */
class FakePort implements Port {
  readonly requests: Request[] = []
  closed = false
  say: (answer: Answer) => void = () => undefined

  post = (request: Request): void => {
    this.requests.push(request)
  }
  listen = (hear: (answer: Answer) => void): void => {
    this.say = hear
  }
  close = (): void => {
    this.closed = true
  }
  answerLast(value: unknown): void {
    this.say({ kind: 'ok', id: this.requests.at(-1)!.id, value })
  }
}

const LIMITS = { budgetMs: 1_000, startMs: 10_000 }
let ports: FakePort[]

function spawn(): Port {
  const port = new FakePort()
  ports.push(port)
  return port
}

beforeEach(() => {
  vi.useFakeTimers()
  ports = []
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the client of the core', () => {
  it('starts no worker before the first call and waits until it is ready', async () => {
    const client = new CoreClient(spawn, LIMITS)
    expect(ports).toHaveLength(0)
    const answer = client.call('parse', { template: 'x' })
    expect(ports[0]!.requests).toHaveLength(0)
    ports[0]!.say({ kind: 'ready' })
    expect(ports[0]!.requests).toMatchObject([{ function: 'parse', arguments: { template: 'x' } }])
    ports[0]!.answerLast({ spans: [] })
    await expect(answer).resolves.toEqual({ spans: [] })
  })

  it('stops a call that takes too long and serves the next from a new worker', async () => {
    const client = new CoreClient(spawn, LIMITS)
    const slow = client.call('evaluate', { template: 'slow' })
    const next = client.call('evaluate', { template: 'next' })
    const failed = expect(slow).rejects.toMatchObject({ code: 'timed_out', message: expect.stringContaining('1000 ms') as string })
    ports[0]!.say({ kind: 'ready' })
    await vi.advanceTimersByTimeAsync(1_001)
    await failed
    expect(ports[0]!.closed).toBe(true)
    expect(ports).toHaveLength(2)
    ports[1]!.say({ kind: 'ready' })
    ports[1]!.answerLast({ value: 1 })
    await expect(next).resolves.toEqual({ value: 1 })
  })

  it('hears nothing from a worker it has closed', async () => {
    const client = new CoreClient(spawn, LIMITS)
    const slow = client.call('evaluate', {})
    const failed = expect(slow).rejects.toMatchObject({ code: 'timed_out' })
    ports[0]!.say({ kind: 'ready' })
    await vi.advanceTimersByTimeAsync(1_001)
    await failed
    const next = client.call('evaluate', {})
    ports[0]!.say({ kind: 'ready' })
    expect(ports[1]!.requests).toHaveLength(0)
    ports[1]!.say({ kind: 'ready' })
    ports[1]!.answerLast(2)
    await expect(next).resolves.toBe(2)
  })

  it('fails every call when the core can not be loaded, and tries again later', async () => {
    const client = new CoreClient(spawn, LIMITS)
    const calls = [client.call('parse', {}), client.call('parse', {})]
    const failed = calls.map((call) => expect(call).rejects.toMatchObject({ code: 'not_loaded', message: 'no wasm' }))
    ports[0]!.say({ kind: 'broken', message: 'no wasm' })
    await Promise.all(failed)
    void client.call('parse', {}).catch(() => undefined)
    expect(ports).toHaveLength(2)
  })

  it('drops a waiting call when a newer one of its group arrives', async () => {
    const client = new CoreClient(spawn, LIMITS)
    const first = client.call('check', { n: 1 }, { group: 'check' })
    const dropped = expect(first).rejects.toMatchObject({ code: 'superseded' })
    const second = client.call('check', { n: 2 }, { group: 'check' })
    await dropped
    ports[0]!.say({ kind: 'ready' })
    ports[0]!.answerLast([])
    await expect(second).resolves.toEqual([])
    expect(ports[0]!.requests).toHaveLength(1)
  })

  it('sends a large value once', async () => {
    const core = createCore(spawn, LIMITS)
    const steps = { a: { rows: [1, 2, 3] }, b: { rows: [] } }
    const first = core.evaluate('{{ steps.a }}', { input: null, steps })
    ports[0]!.say({ kind: 'ready' })
    ports[0]!.answerLast({ value: 1 })
    await first
    const second = core.evaluate('{{ input + steps.a.x }}', { input: 5, steps })
    const [one, two] = ports[0]!.requests
    expect(one!.learn.map(({ value }) => value)).toEqual([steps.a])
    expect(two!.learn).toEqual([])
    expect(two!.arguments).toEqual({ template: '{{ input + steps.a.x }}', context: { input: 5, steps: { a: null, b: null } } })
    expect(two!.shared).toEqual(one!.shared)
    ports[0]!.answerLast({ value: 2 })
    await expect(second).resolves.toEqual({ value: 2 })
  })
})
