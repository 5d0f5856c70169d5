/** Finds what keeps people with disabilities from using a page. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * Fails when axe finds something serious or critical on the page.
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
export async function assertAccessible(page, name) {
  // Colours are measured once nothing moves or fades any more.
  await page.evaluate(() => {
    const passing = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
    return Promise.allSettled(passing.map((animation) => animation.finished))
  })
  await page.evaluate(SOURCE)
  const violations = await page.evaluate(async () => {
    const { violations: found } = await globalThis.axe.run(document, { resultTypes: ['violations'], preload: false })
    return found
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`) }))
  })
  assert.deepEqual(violations, [], `${name} is not accessible`)
}
