/** What a plugin answers while a step of it is filled in, and how its triggers fare. */

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import { assertAccessible } from './stage/axe.mjs'
import { Editor } from './stage/editor.mjs'
import { ROOT } from './stage/server.mjs'
import { onStage } from './stage/stage.mjs'

const COMPONENT = join(ROOT, 'target/hostile/hostile.wasm')
const skip = !existsSync(COMPONENT) && 'there is no target/hostile: run "node plugins/build.mjs --tests" first'

/** A stage with the plugin granted, and a workflow of these nodes open. */
async function opened(stage, nodes) {
  await stage.makeOwner()
  const profile = await stage.profile()
  const sent = await profile.request.post('/api/v1/plugins', { data: readFileSync(COMPONENT), headers: { 'content-type': 'application/wasm' } })
  assert.equal(sent.status(), 201, await sent.text())
  await stage.call('POST', '/plugins/hostile/versions/1.0.0/grant', {})
  const document = { weft: 1, name: 'With a plugin', nodes, edges: [], settings: {} }
  const { id } = await stage.call('POST', '/workflows', { name: document.name, document })
  const { page, complaints } = await stage.tab({ expected: [] })
  await page.goto(`/workflows/${id}`)
  return { page, complaints, editor: new Editor(page) }
}

test(
  'a polled trigger shows a sample that starts nothing, and works once it is published',
  { skip },
  onStage(async (stage) => {
    const found = { id: 'found', type: 'hostile/found', params: { items: [{ id: 'P-1' }, { id: 'P-2' }] } }
    const { page, complaints, editor } = await opened(stage, [found])
    await editor.step('found found').click()
    const panel = editor.panel('found')
    await panel.getByText('It looks for news every 10 s.').waitFor()
    await panel.getByRole('button', { name: 'Fetch a sample' }).click()
    const sample = editor.dialog('Sample')
    await sample.getByText('Item 1 of 2').waitFor()
    await sample.getByText('"P-1"').waitFor()
    await assertAccessible(page, 'a sample')
    await page.keyboard.press('Escape')
    await sample.waitFor({ state: 'hidden' })
    await panel.waitFor()
    assert.deepEqual((await stage.call('GET', '/runs')).items, [])

    await editor.publish(1)
    await editor.step('found found').click()
    await panel.getByText('Working', { exact: true }).waitFor()
    await assertAccessible(page, 'a trigger that works')
    assert.deepEqual(complaints, [])
  }),
)

test(
  'a called trigger shows its address once it is published',
  { skip },
  onStage(async (stage) => {
    const { page, complaints, editor } = await opened(stage, [{ id: 'knock', type: 'hostile/knock' }])
    await editor.step('knock knock').click()
    const panel = editor.panel('knock')
    await panel.getByText('It has an address once the workflow is published.', { exact: false }).waitFor()
    await editor.publish(1)
    await editor.step('knock knock').click()
    await panel.getByRole('button', { name: 'Copy the trigger URL' }).waitFor()
    await panel.getByText('The plugin gives this address to the service.', { exact: false }).waitFor()
    await panel.getByText('Working', { exact: true }).waitFor()
    await assertAccessible(page, 'a trigger with an address')
    assert.deepEqual(complaints, [])
  }),
)

test(
  'choices come from the plugin, by keyboard, and Escape closes only their list',
  { skip },
  onStage(async (stage) => {
    // The plugin answers for any field and declares none, so its node type is given one on the way.
    await (await stage.profile()).route('**/api/v1/node-types', async (route) => {
      const response = await route.fetch()
      const { items } = await response.json()
      const params = { type: 'object', properties: { place: { type: 'string', title: 'Place', 'x-ui': { options: 'dynamic' } } } }
      await route.fulfill({ response, json: { items: items.map((type) => (type.id === 'hostile/remember' ? { ...type, params } : type)) } })
    })
    const { page, complaints, editor } = await opened(stage, [{ id: 'place', type: 'hostile/remember' }])
    await editor.step('remember place').click()
    const place = page.getByRole('combobox', { name: 'Place' })
    await place.click()
    await page.getByRole('option', { name: /^xxx/ }).waitFor()
    await page.getByRole('option', { name: 'Show more' }).waitFor()
    await assertAccessible(page, 'choices of a plugin')
    await page.keyboard.press('Escape')
    await page.getByRole('option', { name: 'Show more' }).waitFor({ state: 'hidden' })
    await editor.panel('place').waitFor()
    await place.fill('dep_77')
    await page.getByRole('option', { name: 'Use “dep_77”' }).click()
    await editor.isSaved()
    assert.equal(await place.inputValue(), 'dep_77')
    assert.deepEqual(complaints, [])
  }),
)
