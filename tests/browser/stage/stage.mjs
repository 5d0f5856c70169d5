/** A server with a browser in front of it, for one test. */

import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { complaintsOf, newProfile, SIGNED_OUT, startBrowser } from './browser.mjs'
import { ROOT, Server } from './server.mjs'

export const OWNER = { name: 'Ada Lovelace', email: 'ada@example.com', password: 'four random words here' }

/**
 * Plays a test on a stage of its own. When it fails, pictures of the open tabs are kept in target/browser.
 * @param {(stage: Stage) => Promise<void>} play
 * @param {() => Promise<Server>} server
 */
export function onStage(play, server = () => Server.start()) {
  return async (t) => {
    const stage = await Stage.raise(server)
    try {
      await play(stage)
    } catch (error) {
      await stage.photograph(t.name)
      process.stderr.write(`${stage.server.log()}\n`)
      await stage.strike().catch(() => undefined)
      throw error
    }
    await stage.strike()
  }
}

export class Stage {
  /** @type {import('playwright-core').BrowserContext | null} */
  #profile = null

  /** @param {() => Promise<Server>} start */
  static async raise(start) {
    const [server, browser] = await Promise.all([start(), startBrowser()])
    return new Stage(server, browser)
  }

  /**
   * @param {Server} server
   * @param {import('playwright-core').Browser} browser
   */
  constructor(server, browser) {
    this.server = server
    this.browser = browser
  }

  async strike() {
    await this.browser.close()
    await this.server.stop()
  }

  /** Makes the owner without the page for it. */
  async makeOwner() {
    const token = new URL(this.server.setupLink).hash.replace('#token=', '')
    await this.call('POST', '/setup', { token, ...OWNER })
  }

  /** Talks to the API as the owner does in the designer. */
  async call(method, path, data) {
    const profile = await this.profile()
    const response = await profile.request.fetch(`/api/v1${path}`, { method, ...(data !== undefined && { data }) })
    assert.ok(response.ok(), `${method} ${path}: ${response.status()} ${await response.text()}`)
    return response.json()
  }

  /** The profile in which the owner is signed in. */
  async profile() {
    this.#profile ??= await newProfile(this.browser, { baseURL: this.server.url })
    return this.#profile
  }

  /** A profile that knows nobody, or with the owner's session. */
  async otherProfile({ theme = 'light', isSignedIn = false } = {}) {
    const profile = await newProfile(this.browser, { baseURL: this.server.url, theme })
    if (isSignedIn) await profile.addCookies(await (await this.profile()).cookies())
    return profile
  }

  /** A tab of the owner, and what it complains about. */
  async tab({ expected = [SIGNED_OUT] } = {}) {
    const page = await (await this.profile()).newPage()
    return { page, complaints: complaintsOf(page, expected) }
  }

  async photograph(name) {
    const folder = join(ROOT, 'target/browser')
    mkdirSync(folder, { recursive: true })
    const pages = this.browser.contexts().flatMap((context) => context.pages())
    for (const [index, page] of pages.entries()) {
      const path = join(folder, `${name.replace(/\W+/g, '_')}_${index + 1}.png`)
      await page.screenshot({ path, ...AS_IT_IS }).then(
        () => process.stderr.write(`the tab at ${page.url()} is pictured in ${path}\n`),
        () => undefined,
      )
    }
  }
}

/** Playwright would hide carets and stop animations with a style sheet, which the content security policy forbids. */
export const AS_IT_IS = /** @type {const} */ ({ caret: 'initial', animations: 'allow' })
