/** Walking through a page by keyboard. */

import assert from 'node:assert/strict'

/** More stops than any of the pages has. */
const MOST_STOPS = 80

/**
 * Fails when something cannot be reached by pressing a key again and again, from where a page starts.
 * @param {import('playwright-core').Page} page
 * @param {import('playwright-core').Locator} target
 * @param {'Tab' | 'Shift+Tab'} key
 */
export async function assertReachable(page, target, key = 'Tab') {
  const name = String(target)
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    await page.keyboard.press(key)
    if (await target.evaluate((element) => element === document.activeElement)) return
  }
  assert.fail(`${name} cannot be reached by ${key} on ${page.url()}`)
}
