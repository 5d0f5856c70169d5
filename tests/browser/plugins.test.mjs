/** Uploading a component, granting it what it asks for, and finding its actions in the palette. */

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import { assertAccessible } from './stage/axe.mjs'
import { newWorkflow } from './stage/editor.mjs'
import { ROOT } from './stage/server.mjs'
import { onStage } from './stage/stage.mjs'
import { SIGNED_OUT } from './stage/browser.mjs'

const COMPONENT = join(ROOT, 'target/hostile/hostile.wasm')

test(
  'a file that is no component is refused with the reason',
  onStage(async (stage) => {
    await stage.makeOwner()
    const { page, complaints } = await stage.tab({ expected: [SIGNED_OUT, { status: 422, path: '/api/v1/plugins' }] })
    await page.goto('/plugins')
    await upload(page, { name: 'holiday.wasm', mimeType: 'application/wasm', buffer: Buffer.from('a picture of the sea') })
    const refusal = page.getByRole('dialog', { name: 'This file was not accepted' })
    await refusal.getByText('not_a_component', { exact: true }).waitFor()
    await assertAccessible(page, 'the refusal of an upload')
    await refusal.getByRole('button', { name: 'Close', exact: true }).first().click()
    await page.getByRole('heading', { name: 'Text', exact: true }).waitFor()
    assert.deepEqual(complaints, [])
  }),
)

test(
  'an uploaded component does nothing until it is granted, then its actions are in the palette',
  { skip: !existsSync(COMPONENT) && 'there is no target/hostile: run "node plugins/build.mjs --tests" first' },
  onStage(async (stage) => {
    await stage.makeOwner()
    const { page, complaints } = await stage.tab()
    await page.goto('/plugins')
    await upload(page, COMPONENT)
    const review = page.getByRole('dialog', { name: 'Grant Hostile 1.0.0 what it asks for?' })
    await review.getByText('https://api.example.com', { exact: true }).waitFor()
    await assertAccessible(page, 'the review of a plugin')
    await review.getByRole('button', { name: 'Cancel' }).click()
    const versions = page.getByRole('list', { name: 'Versions of Hostile' })
    await versions.getByText('Needs approval').waitFor()
    assert.equal((await stage.call('GET', '/node-types')).items.some(({ id }) => id.startsWith('hostile/')), false)

    await versions.getByRole('button', { name: 'Review' }).click()
    await review.getByRole('button', { name: 'Grant' }).click()
    await versions.getByText('Enabled').waitFor()

    const editor = await newWorkflow(page, 'With a plugin')
    await page.getByRole('button', { name: 'Or start with any other step' }).click()
    await editor.pick('remember', 'remember')
    await editor.step('remember hostile_remember').waitFor()
    await editor.isSaved()
    assert.deepEqual(complaints, [])
  }),
)

test(
  'a credential is made for a plugin and chosen in a step, and its secret is never shown again',
  { skip: !existsSync(COMPONENT) && 'there is no target/hostile: run "node plugins/build.mjs --tests" first' },
  onStage(async (stage) => {
    await stage.makeOwner()
    const { page, complaints } = await stage.tab()
    await page.goto('/credentials')
    await page.getByText('No enabled plugin asks for a credential').waitFor()
    await page.goto('/plugins')
    await upload(page, COMPONENT)
    await page.getByRole('dialog', { name: 'Grant Hostile 1.0.0 what it asks for?' }).getByRole('button', { name: 'Grant' }).click()
    await page.getByRole('list', { name: 'Versions of Hostile' }).getByText('Enabled').waitFor()

    await page.goto('/credentials')
    await page.getByRole('button', { name: 'New credential' }).first().click()
    const dialog = page.getByRole('dialog', { name: 'New credential' })
    await dialog.getByLabel('Title').fill('The bot')
    await dialog.getByLabel('token', { exact: true }).fill('canary-5ecret')
    await dialog.getByLabel('team').fill('T1')
    await dialog.getByLabel('key').fill('canary-key')
    await assertAccessible(page, 'a new credential')
    await dialog.getByRole('button', { name: 'Make credential' }).click()
    await page.getByRole('cell', { name: 'the_bot' }).waitFor()
    await page.getByRole('button', { name: 'Change The bot' }).click()
    await page.getByRole('dialog', { name: 'Change The bot' }).waitFor()
    assert.ok(!(await page.content()).includes('canary'), 'a secret is on the page')
    await page.keyboard.press('Escape')
    await assertAccessible(page, 'the list of credentials')

    const editor = await newWorkflow(page, 'Speaks for us')
    await page.getByRole('button', { name: 'Or start with any other step' }).click()
    await editor.pick('spend', 's')
    await editor.step('s hostile_spend').click()
    await page.getByText('The node needs a credential for').first().waitFor()
    await page.getByLabel('Credential', { exact: true }).selectOption({ label: 'The bot' })
    await editor.isSaved()
    await page.getByText('The node needs a credential for').first().waitFor({ state: 'detached' })
    assert.deepEqual(complaints, [])
  }),
)

/** Chooses a file as people do, by the button. */
async function upload(page, file) {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Upload plugin' }).click()])
  await chooser.setFiles(file)
}
