/** The whole story in one go: from the link a fresh server prints to a run that is watched live and outlives a crash. */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'

import { boxOf, Editor } from './stage/editor.mjs'
import { ROOT, Server } from './stage/server.mjs'
import { AS_IT_IS, onStage, OWNER } from './stage/stage.mjs'

const LARGE = { id: 'A-1042', total: 250 }
const SMALL = { id: 'A-1043', total: 40 }
const EXAMPLES = 6

test(
  'a new owner draws a workflow, publishes it, calls it and watches it run',
  onStage(async (stage) => {
    const { page, complaints } = await stage.tab()
    const editor = new Editor(page)

    await setUp(page, stage.server.setupLink)
    await startFromScratch(page)
    await drawTheLargeOrder(editor)
    await mendWhatIsWrong(editor)
    await setFieldsByKeyboard(editor)
    await tryTheDraft(editor)
    await drawTheSmallOrder(editor)
    await waitBeforeAnswering(editor)
    await editor.publish(1)
    await editor.isSaved()

    await callAndWatch(editor, stage.server)
    assert.deepEqual(await call(stage.server, SMALL), { order: 'A-1043', verdict: 'Thank you' })
    await inspectTheStep(editor)
    await openTheRun(editor)
    assert.deepEqual(complaints, [])

    const drawing = new URL(page.url()).pathname.split('/runs/')[0]
    await page.goto('about:blank')
    await stage.server.crashAndRestart()
    assert.deepEqual(await call(stage.server, LARGE), { order: 'A-1042', verdict: 'A person will call you' })
    await page.goto(drawing)
    await everythingIsThere(editor)
    await runsAreThere(page)
  }, Server.startNew),
)

async function setUp(page, link) {
  await page.goto(link)
  await page.getByRole('heading', { name: 'Welcome to Weft' }).waitFor()
  await page.getByLabel('Your name').fill(OWNER.name)
  await page.getByLabel('Email').fill(OWNER.email)
  await page.getByLabel('Password').fill(OWNER.password)
  await page.getByRole('button', { name: 'Create owner' }).click()
}

async function startFromScratch(page) {
  await page.getByRole('heading', { name: 'Draw your first workflow' }).waitFor()
  const examples = page.getByRole('button', { name: /^Use this example: / })
  await examples.first().waitFor()
  assert.equal(await examples.count(), EXAMPLES)
  await page.getByRole('button', { name: /^Start from scratch/ }).click()
  await page.getByRole('dialog', { name: 'New workflow' }).getByRole('textbox', { name: 'Name' }).fill('Order alert')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Add a trigger' }).waitFor()
}

/** By mouse up to the If, by keyboard from there on. */
async function drawTheLargeOrder(editor) {
  const { page } = editor
  await page.getByRole('button', { name: 'Or start with any other step' }).click()
  await editor.pick('webhook', 'Webhook')
  await editor.panel('webhook').waitFor()
  await editor.closePanel()
  const canvas = await boxOf(editor.drawing)
  const webhook = editor.step('Webhook webhook')
  await editor.drag((await boxOf(webhook)).middle, { x: canvas.x + 160, y: canvas.y + canvas.height / 3 })

  const { right } = await boxOf(webhook)
  await editor.drag(right, { x: right.x + 96, y: right.y })
  await editor.pick('if', 'If')
  await editor.panel('if').waitFor()
  await editor.step('If if').and(page.locator(':focus')).waitFor()

  await page.keyboard.press('Tab')
  await page.getByText(/after “if”, output “true”/).waitFor()
  await editor.pick('set fields', 'Set fields')
  await editor.step('Set fields set').and(page.locator(':focus')).waitFor()
  await page.keyboard.press('Tab')
  await editor.pick('respond', 'Respond')
  await editor.step('Respond respond').waitFor()
  for (const line of ['webhook, port out, to if', 'if, port true, to set', 'set, port out, to respond']) {
    await editor.line(line).waitFor({ state: 'attached' })
  }
}

/** What is incomplete is told at the step and keeps the draft from being published; each line leads to its field. */
async function mendWhatIsWrong(editor) {
  const { page } = editor
  for (const name of ['Webhook webhook', 'If if', 'Set fields set']) await editor.step(name, '1 problem').waitFor()
  await page.keyboard.press('Control+s')
  const fixes = editor.dialog('3 things to mend first')
  await fixes.getByRole('listitem').filter({ hasText: /^webhook/ }).getByRole('button').click()

  const path = editor.panel('webhook').getByLabel('Path', { exact: true })
  await path.and(page.locator(':focus')).waitFor()
  await page.keyboard.type('orders')
  await editor.panel('webhook').getByLabel('Respond', { exact: true }).selectOption({ label: "At the end, with the run's output" })
  await editor.panel('webhook').getByText(/\/hooks\/orders$/).waitFor()

  await page.keyboard.press('Control+s')
  await editor.dialog('2 things to mend first').getByRole('listitem').filter({ hasText: /^if/ }).getByRole('button').click()
  const condition = editor.panel('if').getByRole('textbox', { name: 'Condition' })
  await condition.and(page.locator(':focus')).waitFor()
  await page.keyboard.type('{{ input.body.total > 100 }}')
  await editor.step('If if', '1 problem').waitFor({ state: 'hidden' })
  await editor.isSaved()
}

async function setFieldsByKeyboard(editor) {
  const { page } = editor
  await editor.select(editor.step('Set fields set'))
  await page.keyboard.press('Enter')
  // The panel takes the focus when it opens; what is pressed before that would lose it.
  await editor.panel('set').locator(':focus').first().waitFor()
  await addField(editor, 'set', 'order', '=input.body.id')
  await addField(editor, 'set', 'verdict', 'A person will call you')
  await page.getByRole('button', { name: 'No problems' }).waitFor()
  await editor.closePanel()
  await editor.renameSelected('Ask a person')
  for (const [name, to] of [['Webhook webhook', 'Order arrives'], ['If if', 'Over 100?'], ['Respond respond', 'Answer']]) {
    await editor.select(editor.step(name))
    await editor.renameSelected(to)
  }
}

/** A value that begins with `=` becomes an expression. */
async function addField(editor, step, name, value) {
  const panel = editor.panel(step)
  await panel.getByRole('button', { name: 'Add field' }).press('Enter')
  await panel.getByRole('textbox', { name: 'Name', exact: true }).last().pressSequentially(name)
  const field = panel.getByRole('textbox', { name: 'Value', exact: true }).last()
  if (value.startsWith('=')) {
    await field.press('=')
    await field.and(editor.page.locator('[contenteditable]:focus')).waitFor()
    await editor.page.keyboard.type(value.slice(1))
  } else {
    await field.pressSequentially(value)
  }
}

/** A run of the draft gives the expressions something to be shown with. */
async function tryTheDraft(editor) {
  const { page } = editor
  await page.keyboard.press('Control+Enter')
  await editor.dialog('Run the draft').getByRole('textbox', { name: 'Input' }).fill(JSON.stringify({ body: LARGE }))
  await page.keyboard.press('Control+Enter')
  await editor.step('Respond Answer', 'succeeded').waitFor()

  await editor.step('If Over 100?').click()
  const condition = editor.panel('Over 100?').getByRole('textbox', { name: 'Condition' })
  const preview = editor.panel('Over 100?').getByRole('paragraph')
  await preview.filter({ hasText: /^true\s*boolean$/ }).waitFor()
  await condition.fill('{{ input.body.total > 300 }}')
  await preview.filter({ hasText: /^false\s*boolean$/ }).waitFor()
  await condition.fill('{{ input.body.total > 100 }}')
  await preview.filter({ hasText: /^true\s*boolean$/ }).waitFor()
  await editor.closePanel()
}

/** The other branch is a copy of the first, moved by mouse, and connected and corrected by keyboard. */
async function drawTheSmallOrder(editor) {
  const { page } = editor
  const original = editor.step('Set fields Ask a person')
  const { x, y } = await boxOf(original)
  await editor.select(original)
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Control+c')
  await page.mouse.move(x, y + 240)
  await page.keyboard.press('Control+v')
  await editor.steps('Set fields Ask a person', 2)
  await editor.steps('Respond Answer', 2)
  await page.keyboard.press('Control+z')
  await editor.steps('Respond Answer', 1)
  await page.keyboard.press('Control+Shift+z')
  await editor.steps('Respond Answer', 2)
  await editor.select(original.last())
  await editor.renameSelected('Say thank you')

  const copy = editor.step('Set fields Say thank you')
  const { middle: before } = await boxOf(copy)
  await editor.drag(before, { x: before.x, y: before.y - 64 })
  const { middle: after } = await boxOf(copy)
  assert.ok(after.x === before.x && after.y < before.y - 32, 'the step moved up')
  await page.keyboard.press('Control+z')
  assert.deepEqual((await boxOf(copy)).middle, before)
  await page.keyboard.press('Control+Shift+z')
  assert.deepEqual((await boxOf(copy)).middle, after)

  await editor.select(editor.step('If Over 100?'))
  await page.keyboard.press('c')
  await editor.dialog('Connect “Over 100?” to…').getByRole('radio', { name: 'False' }).press('Enter')
  await editor.pick('say', 'Set fields Say thank you')
  await editor.line('Over 100?, port false, to Say thank you').waitFor({ state: 'attached' })

  await editor.select(copy)
  await page.keyboard.press('Enter')
  await editor.panel('Say thank you').getByRole('textbox', { name: 'Value', exact: true }).last().fill('Thank you')
  await editor.closePanel()

  await editor.select(editor.step('Webhook Order arrives'))
  await page.keyboard.press('Control+d')
  await editor.steps('Webhook Order arrives', 2)
  await page.keyboard.press('Delete')
  await editor.steps('Webhook Order arrives', 1)
}

/** Put on the line, so that there is a moment to watch. */
async function waitBeforeAnswering(editor) {
  const { page } = editor
  const [{ right }, { x }] = await Promise.all([boxOf(editor.step('Set fields Ask a person')), boxOf(editor.step('Respond Answer').first())])
  await page.mouse.move((right.x + x) / 2, right.y)
  await page.getByRole('button', { name: 'Insert a step between ask_a_person and answer' }).click()
  await editor.pick('wait', 'Wait')
  await editor.panel('wait').getByLabel('Duration').fill('4')
  await editor.closePanel()
  await editor.renameSelected('Let it settle')
  await page.keyboard.press('Escape')
}

async function callAndWatch(editor, server) {
  const { page } = editor
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await page.getByRole('button', { name: 'Runs', exact: true }).click()
  const steps = page.getByRole('list', { name: 'Steps of the run' }).getByRole('button')
  await steps.filter({ hasText: /Answer.*Succeeded/ }).waitFor()
  await editor.drawing.click({ position: { x: 700, y: 40 } })
  await page.keyboard.press('1')

  const answer = call(server, LARGE)
  await editor.step('Wait Let it settle', 'waiting').waitFor()
  await editor.step('Webhook Order arrives', 'succeeded').waitFor()
  await editor.step('If Over 100?', 'succeeded').waitFor()
  await steps.filter({ hasText: /Let it settle.*Waiting/ }).waitFor()
  await page.getByRole('list', { name: 'Latest runs' }).getByRole('button', { name: /^Waiting.*webhook.*r1/ }).waitFor()
  if (process.env.WEFT_UPDATE_SCREENSHOTS === '1') {
    await page.screenshot({ path: join(ROOT, 'docs/images/designer.png'), ...AS_IT_IS })
  }
  assert.deepEqual(await answer, { order: 'A-1042', verdict: 'A person will call you' })
  await editor.step('Respond Answer', 'succeeded').waitFor()
  await editor.step('Set fields Say thank you', 'skipped').waitFor()
}

/** As curl would. */
async function call(server, body) {
  const response = await fetch(`${server.url}/hooks/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  assert.equal(response.status, 200, text)
  return JSON.parse(text)
}

/** What went into a step of the latest run and what came out of it. */
async function inspectTheStep(editor) {
  const { page } = editor
  const thanks = editor.step('Set fields Say thank you', 'succeeded')
  await thanks.click()
  const panel = editor.panel('Say thank you')
  await panel.getByRole('tab', { name: /^Output/ }).click()
  await panel.getByRole('treeitem').filter({ hasText: /^verdict.*Thank you/ }).waitFor()
  await panel.getByRole('tab', { name: /^Input/ }).click()
  await panel.getByRole('treeitem').filter({ hasText: /^body/ }).waitFor()
  await panel.getByRole('treeitem').filter({ hasText: /^id.*A-1043/ }).waitFor()
  await editor.closePanel()
  await page.getByRole('list', { name: 'Latest runs' }).getByRole('button').nth(2).waitFor()
}

async function openTheRun(editor) {
  const { page } = editor
  await page.getByRole('link', { name: 'Open run' }).click()
  await page.waitForURL(/\/workflows\/wf_[0-9a-f]{32}\/runs\/run_[0-9a-f]{32}$/)
  await theRunIsThere(page)
  await page.reload()
  await theRunIsThere(page)
}

async function theRunIsThere(page) {
  await page.getByRole('heading', { name: /^Run / }).waitFor()
  const steps = page.getByRole('list', { name: 'Steps of the run' })
  await steps.getByRole('button', { name: /Say thank you.*Succeeded/ }).waitFor()
  const drawing = page.getByRole('application', { name: 'Drawing of the workflow that ran' })
  const { x, width } = await boxOf(drawing)
  const answer = await boxOf(drawing.getByRole('group', { name: 'Respond Answer, skipped' }))
  assert.ok(answer.x > x && answer.x + answer.width < x + width, 'the whole run is in view')
  await page.getByRole('radio', { name: 'Run output' }).click()
  await page.getByRole('treeitem').filter({ hasText: /^verdict.*Thank you/ }).waitFor()
}

async function everythingIsThere(editor) {
  const { page } = editor
  await page.getByText('Published · r1', { exact: true }).waitFor()
  for (const name of ['Webhook Order arrives', 'If Over 100?', 'Set fields Ask a person', 'Wait Let it settle', 'Set fields Say thank you']) {
    await editor.step(name).waitFor()
  }
  await editor.steps('Respond Answer', 2)
}

/** One of the draft, two before the crash and one after it. */
async function runsAreThere(page) {
  await page.goto('/runs')
  const runs = page.getByRole('table', { name: 'Runs' }).getByRole('row').filter({ hasText: 'Order alert' })
  await runs.filter({ hasText: 'Succeeded' }).nth(3).waitFor()
  assert.equal(await runs.count(), 4)
}
