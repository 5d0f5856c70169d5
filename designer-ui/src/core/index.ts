import { createCore } from './core'
import type { Answer, Port } from './protocol'

function workerPort(): Port {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'weft-core' })
  return {
    post: (request) => worker.postMessage(request),
    listen: (hear) => {
      worker.addEventListener('message', (event: MessageEvent<Answer>) => hear(event.data))
      worker.addEventListener('error', () => hear({ kind: 'broken', message: 'The expression engine could not be started.' }))
    },
    close: () => worker.terminate(),
  }
}

/** The engine's rules in a worker; started by the first call. */
export const core = createCore(workerPort)
