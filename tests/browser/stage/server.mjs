/** The server under test: the real binary, on a port of its own, with a data folder of its own. */

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** Longer than any step of these tests runs; a server that still has not stopped hangs. */
const STOPS_WITHIN_MS = 10_000
/** A server with an empty folder compiles the plugins that come with Weft, which takes an unoptimised one a while. */
const STARTS_WITHIN_MS = 90_000
const LOG_LINES_KEPT = 200

export class Server {
  /** @type {string} Where it answers, without a slash at the end. */
  url = ''
  /** @type {string | null} The one-time link it printed, as long as it has no owner. */
  setupLink = null

  #folder = mkdtempSync(join(tmpdir(), 'weft-browser-'))
  /** @type {import('node:child_process').ChildProcess | null} */
  #process = null
  /** @type {string[]} */
  #log = []

  /** Starts with nothing, as on a new machine. */
  static async startNew() {
    const server = new Server()
    await server.#start('127.0.0.1:0')
    return server
  }

  /** Starts as on a machine where it ran once and was not set up, which is much quicker. */
  static async start() {
    const once = ranOnceFolder()
    if (!existsSync(once)) {
      const first = await Server.startNew()
      await first.#end('SIGTERM')
      keep(first.#folder, once)
    }
    const server = new Server()
    cpSync(once, server.#folder, { recursive: true })
    await server.#start('127.0.0.1:0')
    return server
  }

  /** Ends the process as a crash would, and starts it again at the same address with the same data. */
  async crashAndRestart() {
    await this.#end('SIGKILL')
    await this.#start(new URL(this.url).host)
  }

  /** Asks it to stop and takes its data away. */
  async stop() {
    try {
      const { code, signal } = await this.#end('SIGTERM')
      assert.deepEqual({ code, signal }, { code: 0, signal: null }, `the server did not stop cleanly\n${this.log()}`)
    } finally {
      rmSync(this.#folder, { recursive: true, force: true })
    }
  }

  /** What it logged last. */
  log() {
    return this.#log.join('\n')
  }

  async #start(address) {
    const child = spawn(binary(), ['serve', '--listen', address, '--data-dir', this.#folder], {
      env: { ...withoutSettings(process.env), WEFT_LOG: 'info' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#process = child
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.#log.push(line)
      if (this.#log.length > LOG_LINES_KEPT) this.#log.shift()
    })
    const link = new URL(await this.#printedLink(child))
    this.url = link.origin
    this.setupLink = link.pathname === '/setup' ? link.href : null
    const health = await fetch(`${this.url}/healthz`)
    assert.equal(health.status, 200, 'a server that says it is ready answers')
  }

  /** The link that follows "Weft is ready" on standard output. */
  #printedLink(child) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`the server was not ready in time\n${this.log()}`)), STARTS_WITHIN_MS)
      child.once('error', reject)
      child.once('exit', (code, signal) => reject(new Error(`the server ended with ${code ?? signal} before it was ready\n${this.log()}`)))
      let isReady = false
      createInterface({ input: child.stdout }).on('line', (line) => {
        isReady ||= line.startsWith('Weft is ready')
        const [link] = line.match(/https?:\/\/\S+/) ?? []
        if (!isReady || link === undefined) return
        clearTimeout(late)
        resolve(link)
      })
    })
  }

  async #end(how) {
    const child = this.#process
    if (child.exitCode !== null || child.signalCode !== null) return { code: child.exitCode, signal: child.signalCode }
    const ended = once(child, 'exit')
    child.kill(how)
    const late = setTimeout(() => child.kill('SIGKILL'), STOPS_WITHIN_MS)
    const [code, signal] = await ended
    clearTimeout(late)
    return { code, signal }
  }
}

function binary() {
  const { WEFT_BIN } = process.env
  const places = WEFT_BIN === undefined ? [join(ROOT, 'target/debug/weft'), join(ROOT, 'target/release/weft')] : [WEFT_BIN]
  const found = places.find((place) => existsSync(place))
  assert.ok(found, `there is no binary at ${places.join(' or ')}: run "cargo build --package weft" first`)
  return found
}

/** The folder belongs to one build of the binary: another one may not know its format. */
function ranOnceFolder() {
  return join(ROOT, 'target/browser', `ran_once_${Math.floor(statSync(binary()).mtimeMs)}`)
}

/** Puts a folder where tests that run beside this one see all of it or nothing; the first of them wins. */
function keep(folder, place) {
  const whole = `${place}.${process.pid}`
  cpSync(folder, whole, { recursive: true })
  rmSync(folder, { recursive: true })
  try {
    renameSync(whole, place)
  } catch (error) {
    if (!existsSync(place)) throw error
    rmSync(whole, { recursive: true })
  }
}

/** Settings of the person who runs the tests are not the tests'. */
function withoutSettings(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('WEFT_')))
}
