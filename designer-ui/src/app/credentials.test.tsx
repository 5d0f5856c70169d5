import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'

import { json } from '@/api/test_fetch'
import type { Credential, CredentialSlot } from '@/api/credentials'
import { open } from '@/app/test_pages'

const slot: CredentialSlot = {
  plugin: 'acme.slack',
  plugin_name: 'Slack',
  slot: 'bot',
  type: 'oauth2',
  title: 'Bot',
  docs: '',
  hosts: ['https://slack.com'],
  fields: [
    { name: 'access_token', title: 'Access token', description: 'It begins with xoxb.', secret: true, optional: false },
    { name: 'team', title: 'Team', description: '', secret: false, optional: true },
  ],
}

const bot: Credential = {
  id: 'cred_1',
  name: 'slack_main',
  title: 'Slack of support',
  plugin: 'acme.slack',
  slot: 'bot',
  fields: { access_token: { secret: true }, team: { secret: false, value: 'T1' } },
  created_at_ms: 0,
  updated_at_ms: 0,
}

const slots = { 'GET /credentials/slots': () => json({ items: [slot], next: null }) }

describe('credentials', () => {
  it('are made for a slot, under a name made from the title', async () => {
    const { user, calls } = open('/credentials', {
      ...slots,
      'GET /credentials': () => json({ items: [], next: null }),
      'POST /credentials': () => json(bot, 201),
    })
    const [button] = await screen.findAllByRole('button', { name: 'New credential' })
    await user.click(button ?? expect.unreachable('there is none'))
    const dialog = await screen.findByRole('dialog', { name: 'New credential' })
    expect(within(dialog).getByText('It goes to https://slack.com, and nowhere else.')).toBeTruthy()
    await user.type(within(dialog).getByLabelText('Title'), 'Slack of support')
    expect(within(dialog).getByLabelText<HTMLInputElement>('Name').value).toBe('slack_of_support')
    const token = within(dialog).getByLabelText<HTMLInputElement>('Access token')
    expect(token.type).toBe('password')
    await user.type(token, 'xoxb-1')
    await user.click(within(dialog).getByRole('button', { name: 'Make credential' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(calls.find(({ method, path }) => method === 'POST' && path.endsWith('/credentials'))?.body).toEqual({
      name: 'slack_of_support',
      title: 'Slack of support',
      plugin: 'acme.slack',
      slot: 'bot',
      fields: { access_token: 'xoxb-1' },
    })
  })

  it('keep the secrets that nobody types anew, and show none', async () => {
    const { user, calls } = open('/credentials', {
      ...slots,
      'GET /credentials': () => json({ items: [bot], next: null }),
      'PATCH /credentials/cred_1': () => json(bot),
    })
    await user.click(await screen.findByRole('button', { name: 'Change Slack of support' }))
    const dialog = await screen.findByRole('dialog', { name: 'Change Slack of support' })
    expect(within(dialog).getByLabelText<HTMLInputElement>('Access token').value).toBe('')
    expect(within(dialog).getByLabelText<HTMLInputElement>(/^Team/).value).toBe('T1')
    await user.click(within(dialog).getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(calls.find(({ method }) => method === 'PATCH')?.body).toEqual({ title: 'Slack of support', fields: {} })
  })

  it('stay while workflows use them, and tell which', async () => {
    const { user } = open('/credentials', {
      ...slots,
      'GET /credentials': () => json({ items: [bot], next: null }),
      'DELETE /credentials/cred_1': () =>
        json({ status: 409, code: 'credential_in_use', title: 'In use', detail: 'Workflows use it.', workflows: [{ id: 'wf_1', name: 'Alerts' }] }, 409),
    })
    await user.click(await screen.findByRole('button', { name: 'Remove Slack of support' }))
    await user.click(screen.getByRole('button', { name: 'Remove credential' }))
    expect(await screen.findByRole('link', { name: 'Alerts' })).toBeTruthy()
  })

  it('are tested, with what the service says and how long it took', async () => {
    let answer = { works: true, message: 'Ada', took_ms: 240 }
    const { user, calls } = open('/credentials', {
      ...slots,
      'GET /credentials': () => json({ items: [bot], next: null }),
      'POST /credentials/cred_1/test': () => json(answer),
    })
    const test = await screen.findByRole('button', { name: 'Test Slack of support' })
    await user.click(test)
    expect(await screen.findByText(/^Works: Ada/)).toHaveProperty('textContent', 'Works: Ada (240 ms)')
    answer = { works: false, message: 'The token was revoked.', took_ms: 1_300 }
    await user.click(test)
    expect(await screen.findByText(/^The token was revoked/)).toHaveProperty('textContent', 'The token was revoked. (1.3 s)')
    expect(calls.filter(({ method }) => method === 'POST')).toHaveLength(2)
  })

  it('say why they could not be tested', async () => {
    const { user } = open('/credentials', {
      ...slots,
      'GET /credentials': () => json({ items: [bot], next: null }),
      'POST /credentials/cred_1/test': () => json({ status: 403, code: 'not_allowed', title: 'Not allowed', detail: 'An administrator may.' }, 403),
    })
    await user.click(await screen.findByRole('button', { name: 'Test Slack of support' }))
    expect(await screen.findByText('Not tested: An administrator may.')).toBeTruthy()
  })

  it('say what is missing when no plugin asks for any', async () => {
    open('/credentials', {
      'GET /credentials': () => json({ items: [], next: null }),
      'GET /credentials/slots': () => json({ items: [], next: null }),
    })
    expect(await screen.findByText(/No enabled plugin asks for a credential/)).toBeTruthy()
  })
})
