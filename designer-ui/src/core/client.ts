import { CoreError } from './errors'
import type { Answer, Port, Request } from './protocol'
import { SharedValues } from './shared_values'

interface Call {
  id: number
  function: string
  arguments: Record<string, unknown>
  sharedPaths: string[][]
  group: string | undefined
  resolve: (value: unknown) => void
  reject: (error: CoreError) => void
}

export interface CallOptions {
  /** Values, by their path in the arguments, that are large and rarely change. */
  shared?: string[][]
  /** A newer call of the same group takes the place of one that still waits. */
  group?: string
}

export interface Limits {
  /** How long the worker may take for one call. */
  budgetMs: number
  /** How long a worker may take to load the core. */
  startMs: number
}

/**
 * Calls the core in its worker, one call at a time: so the budget is measured for the call that runs, and a worker that
 * has to be stopped takes only that call with it.
 */
export class CoreClient {
  private readonly spawn: () => Port
  private readonly limits: Limits
  private readonly shared = new SharedValues()
  private port: Port | null = null
  private ready = false
  private running: Call | null = null
  private waiting: Call[] = []
  private alarm: ReturnType<typeof setTimeout> | undefined
  private nextId = 1

  constructor(spawn: () => Port, limits: Limits) {
    this.spawn = spawn
    this.limits = limits
  }

  call(name: string, args: Record<string, unknown>, { shared = [], group }: CallOptions = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (group !== undefined) this.supersede(group)
      this.waiting.push({ id: this.nextId++, function: name, arguments: args, sharedPaths: shared, group, resolve, reject })
      this.advance()
    })
  }

  private supersede(group: string): void {
    const stale = this.waiting.filter((call) => call.group === group)
    this.waiting = this.waiting.filter((call) => call.group !== group)
    for (const call of stale) call.reject(new CoreError('superseded', 'A newer call took the place of this one.'))
  }

  private advance(): void {
    if (this.running) return
    const port = this.port ?? this.start()
    if (!this.ready) return
    const call = this.waiting.shift()
    if (!call) return
    this.running = call
    const request: Request = { id: call.id, function: call.function, ...this.shared.share(call.arguments, call.sharedPaths) }
    this.setAlarm(this.limits.budgetMs, () => this.stop(timedOut(this.limits.budgetMs)))
    port.post(request)
  }

  private start(): Port {
    const port = this.spawn()
    this.port = port
    port.listen((answer) => {
      // A worker that was closed may still have an answer on its way.
      if (this.port === port) this.hear(answer)
    })
    this.setAlarm(this.limits.startMs, () => this.giveUp('The expression engine did not load in time.'))
    return port
  }

  private hear(answer: Answer): void {
    switch (answer.kind) {
      case 'ready':
        this.clearAlarm()
        this.ready = true
        break
      case 'broken':
        this.giveUp(answer.message)
        return
      case 'ok':
        this.settle(answer.id, (call) => call.resolve(answer.value))
        break
      case 'error':
        this.settle(answer.id, (call) => call.reject(new CoreError('failed', answer.message)))
        break
    }
    this.advance()
  }

  private settle(id: number, settle: (call: Call) => void): void {
    const call = this.running
    if (call?.id !== id) return
    this.clearAlarm()
    this.running = null
    settle(call)
  }

  /** Ends a worker that hangs; the calls that wait go to a new one. */
  private stop(error: CoreError): void {
    const call = this.running
    this.close()
    call?.reject(error)
    if (this.waiting.length > 0) this.advance()
  }

  /** Ends a worker that can't work at all: nothing that waits would fare better. A later call tries again. */
  private giveUp(message: string): void {
    const calls = this.running ? [this.running, ...this.waiting] : this.waiting
    this.close()
    this.waiting = []
    for (const call of calls) call.reject(new CoreError('not_loaded', message))
  }

  private close(): void {
    this.clearAlarm()
    this.port?.close()
    this.port = null
    this.ready = false
    this.running = null
    this.shared.reset()
  }

  private setAlarm(ms: number, ring: () => void): void {
    this.clearAlarm()
    // A page that was busy finds the timer and the answer due at once; the second, empty wait lets the answer go first.
    this.alarm = setTimeout(() => {
      this.alarm = setTimeout(ring, 0)
    }, ms)
  }

  private clearAlarm(): void {
    clearTimeout(this.alarm)
    this.alarm = undefined
  }
}

function timedOut(budgetMs: number): CoreError {
  return new CoreError('timed_out', `Stopped: this took longer than ${budgetMs} ms.`)
}
