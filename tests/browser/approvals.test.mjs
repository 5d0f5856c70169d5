/** A run that asks a person: answered in the inbox, and by link on a phone without an account. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { assertAccessible } from './stage/axe.mjs'
import { complaintsOf } from './stage/browser.mjs'
import { onStage } from './stage/stage.mjs'

const PHONE = { width: 360, height: 740 }

const REFUND = {
  weft: 1,
  name: 'Refunds',
  nodes: [
    { id: 'start', type: 'manual', at: [0, 0] },
    {
      id: 'ask',
      type: 'approval',
      name: 'Ask finance',
      params: {
        title: 'Refund order {{ input.order }}?',
        text: 'The parcel **never arrived**.',
        choices: [
          { port: 'approved', title: 'Approve' },
          { port: 'rejected', title: 'Reject' },
        ],
        fields: { type: 'object', required: ['amount'], properties: { amount: { type: 'number', title: 'Amount', maximum: 100 } } },
        expires_ms: 3_600_000,
      },
      at: [320, 0],
    },
    { id: 'pay', type: 'set', params: { fields: { paid: '{{ input.data.amount }}' } }, at: [640, 0] },
    { id: 'tell', type: 'set', params: { fields: { paid: 0 } }, at: [640, 160] },
  ],
  edges: [
    { from: 'start', to: 'ask' },
    { from: 'ask', port: 'approved', to: 'pay' },
    { from: 'ask', port: 'rejected', to: 'tell' },
  ],
  settings: {},
}

test(
  'people answer in the inbox and by link',
  onStage(async (stage) => {
    await stage.makeOwner()
    const { id } = await stage.call('POST', '/workflows', { name: REFUND.name, document: REFUND })
    await stage.call('POST', `/workflows/${id}/publish`, {})
    const { page, complaints } = await stage.tab()
    await page.goto('/approvals')
    await page.getByText('Nothing waits for an answer').waitFor()

    const run = await stage.call('POST', `/workflows/${id}/runs`, { input: { order: 17 } })
    await page.goto(`/workflows/${id}/runs/${run.id}`)
    const waits = page.getByRole('list', { name: 'What the run waits for' })
    await waits.getByText('Waits for an approval').waitFor()
    await waits.getByRole('link', { name: 'Answer it' }).click()
    const question = page.getByRole('article', { name: 'Refund order 17?' })
    await question.getByText('never arrived').waitFor()
    await page.getByRole('link', { name: /^Approvals.*1 open$/ }).waitFor()
    await assertAccessible(page, 'approvals')
    await question.getByLabel('Amount').fill('250')
    await question.getByRole('button', { name: 'Approve' }).click()
    await question.getByText('Not more than 100.').waitFor()
    await question.getByLabel('Amount').fill('50')
    await question.getByRole('button', { name: 'Approve' }).press('Enter')
    await page.getByText('Answered: Approve', { exact: true }).waitFor()
    await page.goto(`/runs/${run.id}`)
    await page.getByText('Succeeded', { exact: true }).first().waitFor()
    assert.deepEqual((await stage.call('GET', `/runs/${run.id}`)).output, { paid: 50 })
    assert.deepEqual(complaints, [])

    await answerByLink(stage, id)
  }),
)

async function answerByLink(stage, workflow) {
  const run = await stage.call('POST', `/workflows/${workflow}/runs`, { input: { order: 18 } })
  const [asked] = await untilAsked(stage, run.id)
  const stranger = await stage.otherProfile({ theme: 'dark' })
  const page = await stranger.newPage()
  await page.setViewportSize(PHONE)
  const complaints = complaintsOf(page, [{ status: 404, path: '/api/v1/public/approvals/unknown' }])
  await page.goto(new URL(asked.url).pathname)
  await page.getByRole('heading', { name: 'Refund order 18?' }).waitFor()
  await assertAccessible(page, 'the page behind a link')
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'nothing is wider than the phone')
  await page.getByLabel('Amount').fill('1')
  await page.getByLabel(/Your name/).fill('Grace')
  await page.getByRole('button', { name: 'Reject' }).click()
  await page.getByText('Thank you').waitFor()
  await page.reload()
  await page.getByText('This is no longer open').waitFor()
  await page.goto('/approve/unknown')
  await page.getByText('This link leads to nothing').waitFor()
  assert.deepEqual(complaints, [])
  await stranger.close()
}

/** The question of a run that was started just now. */
async function untilAsked(stage, run) {
  const { page } = await stage.tab()
  await page.goto('/approvals')
  await page.getByRole('link', { name: 'Refund order 18?' }).waitFor()
  await page.close()
  const { items } = await stage.call('GET', '/approvals?status=open')
  return items.filter(({ run_id }) => run_id === run)
}
