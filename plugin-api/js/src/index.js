// The SDK for Weft plugins in JavaScript and TypeScript. The documentation of what is here is in `index.d.ts`.

import { giveConsole } from './console.js'

export { StepError } from './error.js'
export { Outcome } from './outcome.js'
export { Reply, Verdict } from './webhooks.js'
export { action, definePlugin, poll, webhook } from './plugin.js'
export * as blobs from './blobs.js'
export * as bytes from './bytes.js'
export * as credentials from './credentials.js'
export * as http from './http.js'
export * as log from './log.js'
export * as state from './state.js'

giveConsole()
