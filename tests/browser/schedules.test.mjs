/** A published schedule and the times it will fire at. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { assertAccessible } from './stage/axe.mjs'
import { newWorkflow } from './stage/editor.mjs'
import { onStage } from './stage/stage.mjs'

const SHOWN = 5

test(
  'the schedules page shows when a published schedule fires next',
  onStage(async (stage) => {
    await stage.makeOwner()
    const { page, complaints } = await stage.tab()
    const editor = await newWorkflow(page, 'Every morning')
    await page.getByRole('button', { name: /^Schedule/ }).click()
    const panel = editor.panel('schedule')
    await panel.getByLabel('Ready-made times').selectOption('Every day at 09:00')
    const preview = panel.getByRole('list', { name: 'Next fire times' }).getByRole('listitem')
    await preview.nth(SHOWN - 1).waitFor()
    assert.deepEqual((await preview.allTextContents()).map(isAtNine), Array(SHOWN).fill(true))
    await editor.publish(1)

    await page.getByRole('link', { name: 'Schedules' }).click()
    const row = page.getByRole('table', { name: 'Schedules' }).getByRole('row').filter({ hasText: 'Every morning' }).first()
    await row.getByText('0 9 * * *').waitFor()
    const times = page.getByRole('table', { name: 'Next fire times of Every morning' }).getByRole('row').filter({ hasText: 'UTC' })
    await times.nth(SHOWN - 1).waitFor()
    const utc = await times.filter({ hasText: /\b09:00 UTC/ }).count()
    assert.equal(utc, SHOWN)

    await row.getByRole('link', { name: 'History of Every morning' }).click()
    await page.getByText('It has not fired yet').waitFor()
    await page.getByText('None: it starts on time').waitFor()
    await assertAccessible(page, 'the history of a schedule')
    await page.getByRole('link', { name: 'Open workflow' }).click()
    await page.getByRole('button', { name: 'More about this workflow' }).click()
    await page.getByRole('menuitem', { name: 'Unpublish' }).click()
    await page.getByText('Not published', { exact: true }).waitFor()
    await page.goto('/schedules')
    await page.getByText('Nothing is scheduled').waitFor()
    assert.deepEqual(complaints, [])
  }),
)

function isAtNine(text) {
  return text.includes('09:00')
}
