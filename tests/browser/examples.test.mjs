/** The examples of the empty start page run as they are. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import { Editor } from './stage/editor.mjs'
import { ROOT } from './stage/server.mjs'
import { onStage } from './stage/stage.mjs'

const { input, output } = JSON.parse(readFileSync(join(ROOT, 'workflows/order_alert.json'), 'utf8'))

test(
  'the example “Order alert” is opened, published and answers its webhook',
  onStage(async (stage) => {
    await stage.makeOwner()
    const { page, complaints } = await stage.tab()
    await page.goto('/')
    await page.getByRole('button', { name: 'Use this example: Order alert' }).click()
    const editor = new Editor(page)
    await editor.step('Webhook Order arrives').waitFor()
    await page.getByRole('button', { name: 'No problems' }).waitFor()
    await editor.publish(1)

    const response = await fetch(`${stage.server.url}/hooks/${input.path}`, {
      method: input.method,
      headers: input.headers,
      body: JSON.stringify(input.body),
    })
    assert.equal(response.status, output.status)
    assert.deepEqual(await response.json(), output.body)
    await editor.step('Respond Answer the shop', 'succeeded').waitFor()
    await editor.step('Set fields Say thank you', 'skipped').waitFor()
    assert.deepEqual(complaints, [])
  }),
)
