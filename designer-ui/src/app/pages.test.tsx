import { screen, waitFor, within } from '@testing-library/react'
import type { UserEvent } from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'

import { json, problem } from '@/api/test_fetch'
import type { Manifest, Plugin, PluginVersion } from '@/api/plugin_types'
import { ME, open, run, workflow } from '@/app/test_pages'

describe('signing in', () => {
  it('comes first, and leads back to the page that was asked for', async () => {
    let isIn = false
    const refusal = () => problem({ status: 401, code: 'wrong_credentials', title: 'No', detail: 'No.' })
    const { user, router } = open('/runs?status=failed', {
      'GET /me': () => (isIn ? json(ME) : refusal()),
      'GET /setup': () => json({ needed: false }),
      'POST /session': ({ body }) => {
        isIn = (body as { password: string }).password === 'right'
        return isIn ? json(ME) : refusal()
      },
      'GET /runs': () => json({ items: [], next: null }),
      'GET /workflows': () => json({ items: [workflow], next: null }),
    })
    await user.type(await screen.findByLabelText('Email'), 'ada@example.com')
    await user.type(screen.getByLabelText('Password'), 'wrong')
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    expect(await screen.findByText('This email and password do not match')).toBeTruthy()
    await user.clear(screen.getByLabelText('Password'))
    await user.type(screen.getByLabelText('Password'), 'right')
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    expect(await screen.findByRole('heading', { name: 'Runs' })).toBeTruthy()
    expect(router.state.location.search).toEqual({ status: 'failed' })
  })

  it('makes way for setting up a fresh server', async () => {
    open('/', {
      'GET /me': () => problem({ status: 401, code: 'not_signed_in', title: 'No', detail: 'No.' }),
      'GET /setup': () => json({ needed: true }),
    })
    expect(await screen.findByText(/one-time link/)).toBeTruthy()
  })
})

describe('workflows', () => {
  it('are listed, and found by their words', async () => {
    const { user } = open('/', { 'GET /workflows': () => json({ items: [workflow, { ...workflow, id: 'wf_2', name: 'Nightly sync' }], next: null }) })
    expect(await screen.findByRole('link', { name: 'Order alerts' })).toBeTruthy()
    await user.type(screen.getByRole('searchbox', { name: 'Search workflows' }), 'night')
    expect(screen.queryByRole('link', { name: 'Order alerts' })).toBeNull()
    expect(screen.getByText('1 of 2 workflows')).toBeTruthy()
  })

  it('show the trigger of a plugin by its own icon', async () => {
    const icon = 'data:image/svg+xml;base64,PHN2Zy8+'
    const triggers = [{ node: 'arrived', type: 'acme.parcels/arrived', label: 'Parcel arrived' }]
    open('/', {
      'GET /workflows': () => json({ items: [{ ...workflow, triggers }], next: null }),
      'GET /node-types': () => json({ items: [{ id: 'acme.parcels/arrived', icon }] }),
    })
    const label = await screen.findByText('Parcel arrived')
    await waitFor(() => expect(label.parentElement?.querySelector('img')?.getAttribute('src')).toBe(icon))
  })

  it('are deleted only after a question that names what stops', async () => {
    let items = [workflow]
    const { user, calls } = open('/', {
      'GET /workflows': () => json({ items, next: null }),
      'DELETE /workflows/wf_1': () => {
        items = []
        return new Response(null, { status: 204 })
      },
    })
    await user.click(await screen.findByRole('button', { name: 'Actions for Order alerts' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Delete…' }))
    const dialog = await screen.findByRole('dialog', { name: 'Delete “Order alerts”?' })
    expect(dialog.textContent).toContain('webhooks and schedules stop at once')
    expect(calls.some(({ method }) => method === 'DELETE')).toBe(false)
    await user.click(within(dialog).getByRole('button', { name: 'Delete workflow' }))
    expect(await screen.findByText('Draw your first workflow')).toBeTruthy()
  })
})

describe('runs', () => {
  it('are filtered by what stands in the URL, and the filters change it', async () => {
    const { user, calls, router } = open('/runs?status=failed', {
      'GET /runs': () => json({ items: [run], next: null }),
      'GET /workflows': () => json({ items: [workflow], next: null }),
    })
    expect(await screen.findByText('It answered 404.')).toBeTruthy()
    const asked = () => calls.filter(({ path }) => path === '/runs').map(({ query }) => query.toString())
    expect(asked()).toEqual(['status=failed&limit=50'])
    await screen.findByRole('option', { name: 'Order alerts' })
    await user.selectOptions(screen.getByRole('combobox', { name: 'Workflow' }), 'Order alerts')
    await waitFor(() => expect(asked()).toContain('workflow=wf_1&status=failed&limit=50'))
    expect(router.state.location.search).toEqual({ workflow: 'wf_1', status: 'failed' })
    await user.click(screen.getByRole('link', { name: 'Clear' }))
    await waitFor(() => expect(asked()).toContain('limit=50'))
  })

  it('load page by page', async () => {
    const { user } = open('/runs', {
      'GET /runs': ({ query }) =>
        query.get('cursor') === 'more'
          ? json({ items: [{ ...run, id: 'run_2', workflow_name: 'Nightly sync' }], next: null })
          : json({ items: [run], next: 'more' }),
      'GET /workflows': () => json({ items: [], next: null }),
    })
    await user.click(await screen.findByRole('button', { name: 'Show older runs' }))
    expect(await screen.findByText('Nightly sync')).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Show older runs' })).toBeNull()
  })

  it('show the problem, its code, and a way to try again', async () => {
    let fails = true
    const { user } = open('/runs', {
      'GET /runs': () => (fails ? problem({ status: 400, code: 'invalid_cursor', title: 'Bad cursor', detail: 'Start over.' }) : json({ items: [run], next: null })),
      'GET /workflows': () => json({ items: [], next: null }),
    })
    expect(await screen.findByText('invalid_cursor')).toBeTruthy()
    fails = false
    await user.click(screen.getByRole('button', { name: 'Try again' }))
    expect(await screen.findByText('It answered 404.')).toBeTruthy()
  })
})

describe('plugins', () => {
  const manifest: Manifest = {
    manifest: 1,
    id: 'acme.slack',
    version: '2.0.0',
    name: 'Slack',
    hosts: [{ pattern: 'https://slack.com', methods: ['POST'] }],
    credentials: [{ slot: 'bot', type: 'oauth2' }],
    actions: [{ id: 'post', title: 'Post message', effects: 'write', idempotent: 'key' }],
  }
  const version = (rest: Partial<PluginVersion>): PluginVersion => ({
    version: '2.0.0',
    sha256: 'ab12',
    size_bytes: 2_048,
    state: 'needs_grant',
    manifest,
    uploaded_at_ms: 0,
    granted: null,
    ...rest,
  })
  const plugin = (...versions: PluginVersion[]): Plugin => ({ id: 'acme.slack', name: 'Slack', summary: 'Chat.', icon: null, bundled: false, versions })

  it('ask before they may do anything', async () => {
    let state: PluginVersion['state'] = 'needs_grant'
    const { user, calls } = open('/plugins', {
      'GET /plugins': () => json({ items: [plugin(version({ state }))], next: null }),
      'POST /plugins/acme.slack/versions/2.0.0/grant': () => {
        state = 'enabled'
        return json(version({ state }))
      },
    })
    await user.click(await screen.findByRole('button', { name: 'Review' }))
    const dialog = await screen.findByRole('dialog', { name: 'Grant Slack 2.0.0 what it asks for?' })
    for (const asked of ['https://slack.com', 'POST', 'bot', 'Post message', 'Changes things', 'ab12']) {
      expect(within(dialog).getByText(asked)).toBeTruthy()
    }
    expect(calls.some(({ method }) => method === 'POST')).toBe(false)
    await user.click(within(dialog).getByRole('button', { name: 'Grant' }))
    expect(await screen.findByText('Enabled')).toBeTruthy()
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  it('show what an upgrade asks for no more, and that nothing vouches for it', async () => {
    const before = version({ version: '1.0.0', state: 'enabled', manifest: { ...manifest, version: '1.0.0', triggers: [{ id: 'mentioned', title: 'Mentioned', kind: 'poll' }] } })
    const { user } = open('/plugins', { 'GET /plugins': () => json({ items: [plugin(version({}), before)], next: null }) })
    await user.click(await screen.findByRole('button', { name: 'Review' }))
    const dialog = await screen.findByRole('dialog')
    expect(within(dialog).getByRole('heading', { name: /No longer asked for/ })).toBeTruthy()
    expect(within(dialog).getByText('Mentioned')).toBeTruthy()
    expect(within(dialog).getByText('Unsigned')).toBeTruthy()
  })

  it('stay without access when one cancels', async () => {
    const { user, calls } = open('/plugins', { 'GET /plugins': () => json({ items: [plugin(version({}))], next: null }) })
    await user.click(await screen.findByRole('button', { name: 'Review' }))
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Cancel' }))
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(screen.getByText('Needs approval')).toBeTruthy()
    expect(calls.some(({ method }) => method === 'POST')).toBe(false)
  })

  it('that are in use name the workflows when they are to be removed', async () => {
    const { user } = open('/plugins', {
      'GET /plugins': () => json({ items: [plugin(version({ state: 'enabled' }))], next: null }),
      'DELETE /plugins/acme.slack/versions/2.0.0': () =>
        problem({
          status: 409,
          code: 'plugin_in_use',
          title: 'It is in use',
          detail: 'One workflow uses it.',
          workflows: [{ id: 'wf_1', name: 'Order alerts' }],
        }),
    })
    await user.click(await screen.findByRole('button', { name: 'Actions for Slack 2.0.0' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Remove…' }))
    await user.click(await screen.findByRole('button', { name: 'Remove version' }))
    expect(await screen.findByText('plugin_in_use')).toBeTruthy()
    expect(screen.getByRole('link', { name: 'Order alerts' }).getAttribute('href')).toBe('/workflows/wf_1')
  })

  it('that are broken say why', async () => {
    const error = 'It imports what no plugin gets.'
    open('/plugins', { 'GET /plugins': () => json({ items: [plugin(version({ state: 'broken', error }))], next: null }) })
    expect(await screen.findByText(error)).toBeTruthy()
    expect(screen.getByText('Broken')).toBeTruthy()
  })
})

describe('setting up', () => {
  const routes = { 'GET /setup': () => json({ needed: true }), 'GET /workflows': () => json({ items: [], next: null }) }
  const fill = async (user: UserEvent, password: string) => {
    await user.type(await screen.findByLabelText('Your name'), 'Ada Lovelace')
    await user.type(screen.getByLabelText('Email'), 'ada@example.com')
    await user.type(screen.getByLabelText('Password'), password)
    await user.click(screen.getByRole('button', { name: 'Create owner' }))
  }

  it('makes the owner with the token of the link', async () => {
    const { user, calls } = open('/setup#token=secret', { ...routes, 'POST /setup': () => json(ME, 201) })
    await fill(user, 'a dozen and more')
    expect(await screen.findByRole('heading', { name: 'Workflows' })).toBeTruthy()
    expect(calls.find(({ method }) => method === 'POST')?.body).toEqual({
      token: 'secret',
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      password: 'a dozen and more',
    })
  })

  it('asks for a longer password before it asks the server', async () => {
    const { user, calls } = open('/setup#token=secret', routes)
    await fill(user, 'short')
    expect(await screen.findByText('7 more characters needed.')).toBeTruthy()
    expect(screen.getByLabelText('Password').getAttribute('aria-invalid')).toBe('true')
    expect(calls.some(({ method }) => method === 'POST')).toBe(false)
  })

  it('shows at the field what the server does not like about it', async () => {
    const { user } = open('/setup#token=secret', {
      ...routes,
      'POST /setup': () => problem({ status: 422, code: 'weak_password', title: 'Weak', detail: 'It is among the most common ones.', field: 'password' }),
    })
    await fill(user, 'password1234')
    expect(await screen.findByText('It is among the most common ones.')).toBeTruthy()
  })

  it('is over once there is an owner', async () => {
    open('/setup', { 'GET /setup': () => json({ needed: false }) })
    expect(await screen.findByRole('link', { name: 'Sign in' })).toBeTruthy()
  })
})
