import type { Answer, Request } from './protocol'
import { requestText } from './request_text'
import { type CallCore, instantiate } from './wasm'
import wasmUrl from './weft_core.wasm?url'

const texts = new Map<number, string>()
let module: WebAssembly.Module | undefined
let call: CallCore | undefined

function say(answer: Answer): void {
  self.postMessage(answer)
}

async function load(): Promise<void> {
  const response = await fetch(wasmUrl)
  if (!response.ok) throw new Error(`The expression engine could not be loaded: HTTP ${response.status}.`)
  module = await WebAssembly.compile(await response.arrayBuffer())
  call = await instantiate(module)
}

async function handle(request: Request): Promise<void> {
  for (const { key, value } of request.learn) texts.set(key, JSON.stringify(value))
  for (const key of request.forget) texts.delete(key)
  if (!call) return
  try {
    const reply = call(requestText(request, (key) => texts.get(key) ?? 'null'))
    if ('ok' in reply) say({ kind: 'ok', id: request.id, value: reply.ok })
    else say({ kind: 'error', id: request.id, code: reply.error.code ?? 'failed', message: reply.error.message ?? 'The expression engine failed.' })
  } catch (error) {
    // A trap leaves the memory in an unknown state, so the next call gets a new instance.
    if (module) call = await instantiate(module)
    say({ kind: 'error', id: request.id, code: 'trapped', message: `The expression engine stopped: ${String(error)}` })
  }
}

self.addEventListener('message', (event: MessageEvent<Request>) => {
  void handle(event.data)
})

load().then(
  () => say({ kind: 'ready' }),
  (error: unknown) => say({ kind: 'broken', message: error instanceof Error ? error.message : String(error) }),
)
