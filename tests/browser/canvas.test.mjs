/** Editing on the canvas: clipboard, undo, and two tabs that edit the same draft. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { boxOf, Editor, newWorkflow } from './stage/editor.mjs'
import { onStage } from './stage/stage.mjs'

test(
  'steps are copied, cut, pasted and deleted, and all of it can be undone',
  onStage(async (stage) => {
    await stage.makeOwner()
    const { page, complaints } = await stage.tab()
    const editor = await newWorkflow(page, 'Clipboard')
    await page.getByRole('button', { name: /^Manual/ }).click()
    await editor.step('Manual manual').and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Tab')
    await editor.pick('set fields', 'Set fields')
    await editor.closePanel()
    const set = editor.step('Set fields set')
    const copy = editor.step('Set fields set_2')

    await page.keyboard.press('Control+c')
    const { x, y } = await boxOf(set)
    await page.mouse.move(x, y + 160)
    await page.keyboard.press('Control+v')
    await copy.waitFor()
    await page.keyboard.press('Control+x')
    await copy.waitFor({ state: 'detached' })
    await page.keyboard.press('Control+z')
    await copy.waitFor()

    await page.keyboard.press('Control+a')
    await page.keyboard.press('Delete')
    await page.getByRole('heading', { name: 'Add a trigger' }).waitFor()
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await editor.line('manual, port out, to set').waitFor({ state: 'attached' })
    await page.getByRole('button', { name: 'Redo', exact: true }).click()
    await page.getByRole('heading', { name: 'Add a trigger' }).waitFor()
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await copy.waitFor()

    await page.keyboard.press('Escape')
    await editor.select(copy)
    await page.keyboard.press('d')
    await editor.step('Set fields set_2', 'disabled').waitFor()
    await page.keyboard.press('Control+ArrowDown')
    await editor.isSaved()
    await page.reload()
    await editor.step('Set fields set_2', 'disabled').waitFor()
    await editor.line('manual, port out, to set').waitFor({ state: 'attached' })
    assert.deepEqual(complaints, [])
  }),
)

test(
  'a tab that edits an outdated draft takes over the newer one or keeps its own as a copy',
  onStage(async (stage) => {
    await stage.makeOwner()
    const { page: first, complaints } = await stage.tab()
    const mine = await newWorkflow(first, 'Shared')
    await first.getByRole('button', { name: /^Manual/ }).click()
    await mine.closePanel()
    await mine.isSaved()
    const { page: second } = await stage.tab()
    await second.goto(first.url())
    const theirs = new Editor(second)
    await theirs.step('Manual manual').waitFor()

    await mine.renameSelected('By hand')
    await mine.isSaved()
    await theirs.select(theirs.step('Manual manual'))
    await theirs.renameSelected('On demand')
    const dialog = theirs.dialog('Changed elsewhere')
    await dialog.getByRole('button', { name: 'Reload theirs' }).click()
    await theirs.step('Manual By hand').waitFor()
    await dialog.waitFor({ state: 'hidden' })

    await theirs.select(theirs.step('Manual By hand'))
    await theirs.renameSelected('When asked')
    await theirs.isSaved()
    assert.deepEqual(complaints, [])
    await mine.renameSelected('At will')
    await mine.dialog('Changed elsewhere').getByRole('button', { name: 'Keep mine as a copy' }).click()
    await first.getByRole('heading', { name: 'Shared (my version)' }).waitFor()
    await mine.step('Manual At will').waitFor()
    await second.reload()
    await theirs.step('Manual When asked').waitFor()
  }),
)
