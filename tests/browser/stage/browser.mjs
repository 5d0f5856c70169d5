/** The browser, and tabs in it that note down what goes wrong inside them. */

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
/** Generous, because an unoptimised server shares its processors with whatever else tests the product. */
const PATIENCE_MS = 30_000

/** Its profile is a fresh folder that goes when it closes. */
export function startBrowser() {
  return chromium.launch({ executablePath: installed(), args: FLAGS })
}

function installed() {
  if (process.env.WEFT_CHROMIUM !== undefined) return process.env.WEFT_CHROMIUM
  const folders = (process.env.PATH ?? '').split(delimiter)
  const found = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path))
  assert.ok(found, `none of ${NAMES.join(', ')} is installed; WEFT_CHROMIUM can name another browser`)
  return found
}

/**
 * A browser profile for one person. Views move at once instead of gliding, so that what is aimed at stays where it is.
 * @param {import('playwright-core').Browser} browser
 * @param {{ baseURL: string, theme?: 'light' | 'dark' }} options
 */
export async function newProfile(browser, { baseURL, theme = 'light' }) {
  const profile = await browser.newContext({
    baseURL,
    colorScheme: theme,
    reducedMotion: 'reduce',
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  })
  profile.setDefaultTimeout(PATIENCE_MS)
  await profile.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
      console.error(`The content security policy stopped ${blockedURI} by ${violatedDirective}: ${sample}`)
    })
  })
  return profile
}

/**
 * Notes down errors and warnings of a tab. A refusal of the server that the test asks for is named in `expected`.
 * @param {import('playwright-core').Page} page
 * @param {{ status: number, path: string }[]} expected
 */
export function complaintsOf(page, expected = []) {
  /** @type {string[]} */
  const complaints = []
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.stack ?? error.message}`))
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    const { url } = message.location()
    const isExpected = expected.some(({ status, path }) => message.text().includes(`status of ${status} `) && url.endsWith(path))
    if (!isExpected) complaints.push(`${page.url()}: ${message.type()}: ${message.text()} (${url})`)
  })
  return complaints
}

/** What a tab complains about when nobody is signed in yet: the designer asks who it is. */
export const SIGNED_OUT = { status: 401, path: '/api/v1/me' }
