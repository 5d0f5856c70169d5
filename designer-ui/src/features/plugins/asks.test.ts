import { describe, expect, it } from 'vitest'

import type { Manifest } from '@/api/plugin_types'
import { asksOf } from '@/features/plugins/asks'

const manifest = (rest: Partial<Manifest>): Manifest => ({ manifest: 1, id: 'acme.slack', version: '1.0.0', name: 'Slack', ...rest })

describe('what a component asks for', () => {
  it('is nothing when it says nothing', () => {
    expect(asksOf(manifest({}))).toEqual({ actions: [], triggers: [], hosts: [], credentials: [], limits: { memoryMib: 64, timeoutMs: 60_000 } })
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
