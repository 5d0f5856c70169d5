/** The workflow editor as people see it: steps by their names, fields by their labels. */

import assert from 'node:assert/strict'

export class Editor {
  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.page = page
    this.drawing = page.getByRole('application', { name: 'Drawing of the workflow' })
  }

  /**
   * A step on the canvas: "If Over 100?", and with more words after a comma how it fares: "succeeded", "1 problem".
   * @param {string} name
   */
  step(name, fares = '') {
    const words = [name, fares].filter(Boolean).map(escaped).join('.*, ')
    return this.drawing.getByRole('group', { name: new RegExp(`^${words}(,|$)`) })
  }

  /** A line: "order_in, port out, to answer". */
  line(words) {
    return this.drawing.getByRole('img', { name: `Line from ${words}`, exact: true })
  }

  /** The panel with the settings and data of a step. */
  panel(name) {
    return this.page.getByRole('complementary', { name: `Step ${name}`, exact: true })
  }

  dialog(name) {
    return this.page.getByRole('dialog', { name })
  }

  /** Chooses from the list of an open palette or picker by typing and Enter. */
  async pick(words, name) {
    await this.page.getByRole('dialog').getByRole('searchbox').fill(words)
    await this.page.getByRole('option', { name, exact: true, selected: true }).waitFor()
    await this.page.keyboard.press('Enter')
    await this.page.getByRole('dialog').waitFor({ state: 'hidden' })
  }

  /** Closes the panel by keyboard; the step it was about has the focus then, and the view rests. */
  async closePanel() {
    const panel = this.page.getByRole('complementary')
    await panel.getByRole('tab', { name: /^Settings/ }).press('Escape')
    await panel.waitFor({ state: 'hidden' })
  }

  /** Waits until there are this many steps of a name. */
  async steps(name, count) {
    await this.step(name).nth(count - 1).waitFor()
    await this.step(name).nth(count).waitFor({ state: 'detached' })
  }

  /**
   * Reaches a step by keyboard, so that keys act on it.
   * @param {import('playwright-core').Locator} step
   */
  async select(step) {
    // The page tells a focus by keyboard from one by pointer by the last thing that was pressed.
    await this.page.keyboard.press('Shift')
    await step.focus()
    await step.and(this.page.locator('.selected')).waitFor()
  }

  /** Waits until the server has what is drawn. */
  async isSaved() {
    await this.page.getByRole('status').getByText('Saved', { exact: true }).waitFor()
  }

  /** Drags the pointer from one point of the window to another. */
  async drag(from, to) {
    const { mouse } = this.page
    await mouse.move(from.x, from.y)
    await mouse.down()
    await mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 })
    await mouse.move(to.x, to.y, { steps: 4 })
    await mouse.up()
    await this.drawing.locator('.dragging').waitFor({ state: 'detached' })
  }

  /** Gives a step that is selected another name, by keyboard. */
  async renameSelected(to) {
    await this.page.keyboard.press('F2')
    await this.drawing.getByRole('textbox', { name: /^New name of / }).fill(to)
    await this.page.keyboard.press('Enter')
    // A dialog may open over the drawing at once.
    await this.page.getByRole('group', { name: to, includeHidden: true }).waitFor({ state: 'attached' })
  }

  /** Publishes by keyboard and waits for the badge that says so. */
  async publish(revision) {
    await this.page.keyboard.press('Control+s')
    await this.dialog('Publish').getByRole('button', { name: 'Publish', exact: true }).click()
    await this.page.getByText(`Published · r${revision}`, { exact: true }).waitFor()
  }
}

/**
 * Where something is in the window, once it rests and nothing covers it.
 * @param {import('playwright-core').Locator} locator
 */
export async function boxOf(locator) {
  await locator.hover({ trial: true })
  const box = await locator.boundingBox()
  assert.ok(box, `${locator} is not on the page`)
  const { x, y, width, height } = box
  return { ...box, middle: { x: x + width / 2, y: y + height / 2 }, right: { x: x + width, y: y + height / 2 } }
}

function escaped(words) {
  return words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** Makes an empty workflow from the list of workflows and opens it. */
export async function newWorkflow(page, name) {
  await page.goto('/')
  await page.getByRole('button', { name: 'New workflow' }).click()
  await page.getByRole('dialog', { name: 'New workflow' }).getByRole('textbox', { name: 'Name' }).fill(name)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Add a trigger' }).waitFor()
  return new Editor(page)
}
