import { describe, expect, it } from 'vitest'

import type { Manifest } from '@/api/plugin_types'
import { asksOf } from '@/features/plugins/asks'

const manifest = (rest: Partial<Manifest>): Manifest => ({ manifest: 1, id: 'acme.slack', version: '1.0.0', name: 'Slack', ...rest })

describe('what a component asks for', () => {
  it('is nothing when it says nothing', () => {
    expect(asksOf(manifest({}))).toEqual({ actions: [], triggers: [], hosts: [], credentials: [], gone: [], limits: { memoryMib: 64, timeoutMs: 60_000 } })
  })

  it('takes the worst for granted where an action does not say', () => {
    expect(asksOf(manifest({ actions: [{ id: 'a' }] })).actions[0]).toMatchObject({ effects: 'write', idempotent: 'no' })
  })

  it('names the highest limits of all actions', () => {
    const actions = [{ id: 'a', timeoutMs: 5_000 }, { id: 'b', timeoutMs: 90_000, limits: { memoryMiB: 128 } }]
    expect(asksOf(manifest({ actions })).limits).toEqual({ memoryMib: 128, timeoutMs: 90_000 })
  })

  it('calls every host what it is', () => {
    expect(asksOf(manifest({ hosts: [{ pattern: '*' }] })).hosts[0]).toMatchObject({ title: 'Every public host', notes: ['Any method'] })
  })

  it('says of each field of a credential what becomes of it', () => {
    const slack = manifest({
      hosts: [{ pattern: 'https://slack.com' }],
      credentials: [
        {
          slot: 'bot',
          type: 'oauth2',
          title: 'Bot',
          fields: {
            access_token: { secret: true },
            signing_secret: { title: 'Signing secret', uses: ['hmac'] },
            key: { uses: ['jwt'] },
            team: { secret: false },
          },
          oauth2: { scopes: ['chat:write'] },
          inject: [{ in: 'header', name: 'authorization', format: 'Bearer {access_token}', hosts: ['https://slack.com'] }],
        },
        { slot: 'plain', type: 'basic', inject: [{ in: 'basic', username: '{username}', password: '{password}', hosts: ['https://a.example', 'https://b.example'] }] },
        { slot: 'free', type: 'api_key' },
      ],
    })
    expect(asksOf(slack).credentials.map(({ title, notes }) => [title, ...notes])).toEqual([
      [
        'Bot',
        'OAuth 2, slot bot',
        'Access token: sent to https://slack.com (header authorization)',
        'Signing secret: signs, is never sent',
        'Key: signs tokens, is never sent',
        'Team: not secret, the plugin reads it',
        'Scopes: chat:write',
      ],
      [
        'plain',
        'User name and password',
        'Username: not secret, the plugin reads it; sent to https://a.example, https://b.example (basic authentication)',
        'Password: sent to https://a.example, https://b.example (basic authentication)',
      ],
      ['free', 'API key', 'Key: sent to https://slack.com (where the plugin puts it)'],
    ])
  })

  it('says how triggers learn of news', () => {
    const triggers = [
      { id: 'arrived', title: 'Parcel arrived', kind: 'poll' as const, everyS: 60 },
      { id: 'changed', kind: 'webhook' as const, subscribe: true },
      { id: 'called', kind: 'webhook' as const },
    ]
    expect(asksOf(manifest({ triggers })).triggers.map(({ title, notes }) => [title, ...notes])).toEqual([
      ['Parcel arrived', 'Polled every 1 min'],
      ['changed', 'Called by the service, which the plugin tells where'],
      ['called', 'Called by the service, which you tell where'],
    ])
  })

  it('marks a credential whose secrets go further than before, and a trigger that asks more often', () => {
    const version = (host: string, everyS: number) =>
      manifest({
        credentials: [{ slot: 'key', type: 'api_key', inject: [{ in: 'query', name: 'k', format: '{key}', hosts: [host] }] }],
        triggers: [{ id: 'arrived', kind: 'poll', everyS }],
      })
    const isNew = (next: Manifest) => {
      const { credentials, triggers } = asksOf(next, version('https://a.example', 60))
      return [...credentials, ...triggers].map((ask) => ask.isNew)
    }
    expect(isNew(version('https://a.example', 60))).toEqual([false, false])
    expect(isNew(version('https://b.example', 30))).toEqual([true, true])
  })

  it('lists what is no longer asked for', () => {
    const inUse = manifest({
      hosts: [{ pattern: 'https://a.example', methods: ['GET', 'POST'] }, { pattern: 'https://b.example' }, { pattern: '*' }],
      credentials: [{ slot: 'bot', type: 'bearer', title: 'Bot' }],
      actions: [{ id: 'post', title: 'Post' }, { id: 'read' }],
      triggers: [{ id: 'arrived', kind: 'poll' }],
    })
    const next = manifest({ hosts: [{ pattern: 'https://a.example', methods: ['GET'] }, { pattern: 'https://b.example', methods: ['GET'] }], actions: [{ id: 'read' }] })
    expect(asksOf(next, inUse).gone.map(({ kind, title }) => `${kind} ${title}`)).toEqual([
      'Host https://a.example: POST',
      'Host https://b.example: all methods but GET',
      'Host Every public host',
      'Credential Bot',
      'Action Post',
      'Trigger arrived',
    ])
    expect(asksOf(next).gone).toEqual([])
  })

  it('marks what the version in use does not have', () => {
    const inUse = manifest({ hosts: [{ pattern: 'https://a.example', methods: ['GET'] }, { pattern: 'https://b.example' }] })
    const next = manifest({
      hosts: [
        { pattern: 'https://a.example', methods: ['GET', 'POST'] },
        { pattern: 'https://b.example', methods: ['GET'] },
        { pattern: 'https://c.example' },
      ],
    })
    expect(asksOf(next, inUse).hosts.map(({ id, isNew }) => [id, isNew])).toEqual([
      ['https://a.example', true],
      ['https://b.example', false],
      ['https://c.example', true],
    ])
    expect(asksOf(next).hosts.some(({ isNew }) => isNew)).toBe(false)
  })
})
