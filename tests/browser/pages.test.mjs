/** Each page in light and dark: accessible, silent in the console, within the policy, and usable by keyboard. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import { assertAccessible } from './stage/axe.mjs'
import { complaintsOf, SIGNED_OUT } from './stage/browser.mjs'
import { assertReachable } from './stage/keyboard.mjs'
import { ROOT } from './stage/server.mjs'
import { onStage } from './stage/stage.mjs'

const THEMES = /** @type {const} */ (['light', 'dark'])
const example = (id) => JSON.parse(readFileSync(join(ROOT, `workflows/${id}.json`), 'utf8'))

const button = (name) => (page) => page.getByRole('button', { name, exact: true })
const link = (name) => (page) => page.getByRole('link', { name, exact: true })
const box = (name) => (page) => page.getByRole('checkbox', { name, exact: true })
const heading = (name) => (page) => page.getByRole('heading', { name })

test(
  'every page can be used by everybody',
  onStage(async (stage) => {
    await look(stage, { isSignedIn: false }, [
      { name: 'setup', path: stage.server.setupLink, shows: heading('Welcome to Weft'), actions: [button('Create owner')] },
    ])
    await stage.makeOwner()
    await look(stage, { isSignedIn: false }, [
      { name: 'sign-in', path: '/', shows: heading('Sign in to Weft'), actions: [button('Sign in')] },
    ])
    await look(stage, { isSignedIn: true }, [
      {
        name: 'workflows, empty',
        path: '/',
        shows: button('Use this example: Order alert'),
        actions: [button('New workflow'), button('Use this example: Order alert')],
      },
      { name: 'runs, empty', path: '/runs', shows: (page) => page.getByText('Nothing has run yet'), actions: [link('Go to workflows')] },
      { name: 'approvals, empty', path: '/approvals', shows: (page) => page.getByText('Nothing waits for an answer'), actions: [link('Go to workflows')] },
      { name: 'schedules, empty', path: '/schedules', shows: (page) => page.getByText('Nothing is scheduled'), actions: [link('Go to workflows')] },
    ])
    const { workflow, run } = await fill(stage)
    await look(stage, { isSignedIn: true }, filled(`/workflows/${workflow}`, `/workflows/${workflow}/runs/${run}`))
  }),
)

/** The pages of a server on which something has been drawn and has run. */
function filled(drawing, run) {
  return [
    { name: 'workflows', path: '/', shows: link('Order alert'), actions: [button('New workflow'), link('Order alert'), button('Actions for Order alert')] },
    {
      name: 'editor',
      path: drawing,
      shows: (page) => page.getByRole('group', { name: /^Webhook Order arrives/ }),
      // On the canvas Tab adds a step, so people walk backwards to the toolbar.
      key: 'Shift+Tab',
      actions: [button('Publish'), button('Run'), button('Add step'), (page) => page.getByRole('group', { name: /^Webhook Order arrives/ })],
    },
    {
      name: 'editor with settings and data',
      path: drawing,
      shows: async (page) => {
        await page.getByRole('group', { name: /^If Over 100/ }).click()
        await page.getByRole('button', { name: 'Runs', exact: true }).click()
        await page.getByRole('list', { name: 'Latest runs' }).getByRole('button').first().click()
        await page.getByRole('list', { name: 'Steps of the run' }).waitFor()
        return page.getByRole('tree', { name: 'Output' })
      },
      actions: [],
    },
    {
      name: 'general settings of a step',
      path: drawing,
      shows: async (page) => {
        await page.getByRole('group', { name: /^If Over 100/ }).click()
        await page.getByRole('tab', { name: 'General' }).click()
        return page.getByLabel('When it fails')
      },
      actions: [],
    },
    {
      name: 'workflow settings',
      path: drawing,
      shows: async (page) => {
        await page.getByRole('button', { name: 'Workflow settings' }).click()
        return page.getByRole('dialog', { name: 'Workflow settings' }).getByLabel('Run timeout')
      },
      actions: [],
    },
    {
      name: 'palette',
      path: drawing,
      shows: async (page) => {
        await page.getByRole('button', { name: 'Add step' }).click()
        return page.getByRole('option', { name: 'Set fields' })
      },
      actions: [],
    },
    { name: 'run page', path: run, shows: (page) => page.getByRole('list', { name: 'Steps of the run' }), actions: [button('Run again')] },
    { name: 'runs', path: '/runs', shows: (page) => page.getByRole('table', { name: 'Runs' }), actions: [button('Run again'), box('Choose all loaded runs')] },
    { name: 'schedules', path: '/schedules', shows: (page) => page.getByRole('table', { name: 'Schedules' }), actions: [link('Daily API report')] },
    { name: 'plugins', path: '/plugins', shows: heading('Text'), actions: [button('Upload plugin')] },
    { name: 'an address with nothing', path: '/nowhere', shows: heading('Page not found'), actions: [link('Go to workflows')] },
  ]
}

/** Opens pages one after the other, as a person would in each theme. */
async function look(stage, { isSignedIn }, pages) {
  for (const theme of THEMES) {
    const profile = await stage.otherProfile({ theme, isSignedIn })
    const page = await profile.newPage()
    const complaints = complaintsOf(page, isSignedIn ? [] : [SIGNED_OUT])
    for (const { name, path, shows, actions, key } of pages) {
      await page.goto(path)
      await (await shows(page)).first().waitFor()
      assert.equal(await page.locator('html').evaluate((html) => html.classList.contains('dark')), theme === 'dark', `${name} is ${theme}`)
      await assertAccessible(page, `${name}, ${theme}`)
      // What can be reached does not depend on the colours.
      if (theme === 'light') {
        for (const action of actions) await assertReachable(page, action(page).first(), key)
      }
    }
    assert.deepEqual(complaints, [])
    await profile.close()
  }
}

/** Two published workflows and a run of one of them. */
async function fill(stage) {
  const { document, input } = example('order_alert')
  const { id: workflow } = await stage.call('POST', '/workflows', { name: document.name, document })
  await stage.call('POST', `/workflows/${workflow}/publish`, {})
  const { id: run } = await stage.call('POST', `/workflows/${workflow}/runs`, { input, wait: true })
  const { document: report } = example('api_report')
  const { id: scheduled } = await stage.call('POST', '/workflows', { name: report.name, document: report })
  await stage.call('POST', `/workflows/${scheduled}/publish`, {})
  return { workflow, run }
}
