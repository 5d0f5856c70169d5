// The exports of the component. A fresh instance serves each call, so nothing here needs to clean up after itself.

import { manifest } from './manifest.js'
import { runScript } from './script.js'

export const metadata = {
  describe: () => JSON.stringify(manifest),
}

export const actions = {
  run(call) {
    const value = runScript(JSON.parse(call.params), call.idempotencyKey)
    return { items: [{ source: 0, data: value }], failures: [] }
  },
}
