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
    await review.getByText('https://api.example.com').waitFor()
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

/** Chooses a file as people do, by the button. */
async function upload(page, file) {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Upload plugin' }).click()])
  await chooser.setFiles(file)
}
