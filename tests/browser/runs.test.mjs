/** Runs that wait, fail and are tried again, and the settings that say how many may be live. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { assertAccessible } from './stage/axe.mjs'
import { onStage } from './stage/stage.mjs'

const at = (x, y = 0) => ({ at: [x, y] })
const chain = (name, ...nodes) => ({
  weft: 1,
  name,
  nodes: nodes.map((node, index) => ({ ...node, ...at(index * 320) })),
  edges: nodes.slice(1).map((node, index) => ({ from: nodes[index].id, to: node.id })),
  settings: {},
})

const SLOW = chain('Slow', { id: 'start', type: 'manual' }, { id: 'later', type: 'wait', params: { ms: 3_600_000 } })
const BROKEN = chain(
  'Broken',
  { id: 'start', type: 'manual' },
  { id: 'note_it', type: 'set', params: { fields: { a: 1 } } },
  { id: 'give_up', type: 'fail', params: { message: 'No stock left.' } },
)

async function publish(stage, document) {
  const { id } = await stage.call('POST', '/workflows', { name: document.name, document })
  await stage.call('POST', `/workflows/${id}/publish`, {})
  return id
}

test(
  'a run says what it waits for, and that it is being cancelled',
  onStage(async (stage) => {
    await stage.makeOwner()
    const id = await publish(stage, SLOW)
    const run = await stage.call('POST', `/workflows/${id}/runs`, {})
    const { page, complaints } = await stage.tab()
    await page.goto(`/runs/${run.id}`)
    await page.getByRole('list', { name: 'What the run waits for' }).getByText(/^Goes on at .*in (59|1 h)/).waitFor()
    await assertAccessible(page, 'a run that waits')
    await page.getByRole('button', { name: 'Cancel', exact: true }).click()
    await page.getByText('Cancelled', { exact: true }).first().waitFor()
    await page.getByRole('button', { name: 'More about this run' }).click()
    await page.getByRole('menuitem', { name: 'Delete…' }).waitFor()
    assert.deepEqual(complaints, [])
  }),
)

test(
  'a failed run is tried again from its list, its page, and a step',
  onStage(async (stage) => {
    await stage.makeOwner()
    const id = await publish(stage, BROKEN)
    const run = await stage.call('POST', `/workflows/${id}/runs`, { input: { n: 1 }, wait: true })
    const { page, complaints } = await stage.tab()
    await page.goto('/runs')
    const rows = page.getByRole('table', { name: 'Runs' }).getByRole('row').filter({ hasText: 'No stock left.' })
    await rows.getByRole('button', { name: 'More about this run of Broken' }).click()
    await page.getByRole('menuitem', { name: 'Retry from the failed step' }).click()
    await rows.getByRole('link', { name: 'Tries another run again' }).waitFor()

    await page.goto(`/runs/${run.id}`)
    await page.getByRole('button', { name: 'Retry', exact: true }).click()
    await page.getByRole('list', { name: 'Related runs' }).getByRole('link', { name: 'an earlier run' }).waitFor()
    await page.getByText('Failed', { exact: true }).first().waitFor()
    await page.getByRole('list', { name: 'Steps of the run' }).getByRole('button', { name: /note_it/ }).click()
    const before = page.url()
    await page.getByRole('button', { name: 'Run again from here' }).click()
    await page.waitForURL((url) => url.href !== before)
    await page.getByRole('list', { name: 'Related runs' }).waitFor()

    await page.getByRole('button', { name: 'More about this run' }).click()
    await page.getByRole('menuitem', { name: 'Run again with other input…' }).click()
    await page.getByRole('dialog').getByLabel('Input').fill('{"n": 2}')
    await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.getByText('Failed', { exact: true }).first().waitFor()
    const [latest] = (await stage.call('GET', '/runs')).items
    assert.deepEqual(latest.input, { n: 2 })
    assert.deepEqual(complaints, [])
  }),
)

test(
  'settings of a workflow are kept with its draft',
  onStage(async (stage) => {
    await stage.makeOwner()
    const id = await publish(stage, SLOW)
    const { page, complaints } = await stage.tab()
    await page.goto(`/workflows/${id}`)
    await page.getByRole('group', { name: /^Wait later/ }).waitFor()
    await page.keyboard.press('Control+,')
    const dialog = page.getByRole('dialog', { name: 'Workflow settings' })
    await dialog.getByLabel('Run timeout').fill('2')
    await dialog.getByLabel('One too many should').selectOption('Leave it out')
    await dialog.getByLabel('Limit for each key').click()
    await dialog.getByText('trigger.body.customer').waitFor()
    await dialog.getByLabel(/Hidden fields/).fill('iban')
    await assertAccessible(page, 'workflow settings')
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('status').getByText('Saved', { exact: true }).waitFor()
    const { draft } = await stage.call('GET', `/workflows/${id}`)
    assert.deepEqual(draft.document.settings, {
      run_timeout_ms: 7_200_000,
      overlap: 'skip',
      per_key: { key: '{{ trigger.body.customer }}', limit: 1 },
      mask: ['iban'],
    })
    assert.deepEqual(complaints, [])
  }),
)
