// Checked by `tsc`, never run: what the types promise to authors.

import { action, credentials, definePlugin, http, poll, Outcome, Reply, state, Verdict, webhook } from 'weft-plugin'
import { answer, Host } from 'weft-plugin/testing'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
function holds<_ extends true>() {}

const create = action({
  title: 'Create parcel',
  effects: 'write',
  idempotent: 'key',
  input: {
    type: 'object',
    required: ['recipient', 'size'],
    properties: {
      recipient: { type: 'string' },
      size: { enum: ['small', 'large'] },
      weight_kg: { type: 'number' },
      tags: { type: 'array', items: { type: 'string' } },
      address: { type: 'object', required: ['city'], properties: { city: { type: 'string' }, zip: { type: 'string' } } },
    },
  },
  options: {
    recipient(params, { search }) {
      holds<Same<typeof params.recipient, string | undefined>>()
      holds<Same<typeof search, string | undefined>>()
      return [{ value: 'ada', label: 'Ada' }, 'bob']
    },
  },
  run(params, call) {
    holds<Same<typeof params.recipient, string>>()
    holds<Same<typeof params.size, 'small' | 'large'>>()
    holds<Same<typeof params.weight_kg, number | undefined>>()
    holds<Same<typeof params.tags, string[] | undefined>>()
    holds<Same<typeof params.address, { city: string; zip?: string } | undefined>>()
    // @ts-expect-error There is no such parameter.
    params.colour
    return http.postJson('https://parcels.example.com/parcels', params, { headers: { 'Idempotency-Key': call.idempotencyKey } })
  },
})

// @ts-expect-error What is written must say what a repetition means.
action({ title: 'Write', effects: 'write', run: () => null })

// @ts-expect-error A credential has one of six types.
definePlugin({ id: 'a', version: '1.0.0', name: 'A', credentials: { bot: { type: 'password' } } })

const free = action({ title: 'Free', effects: 'none', run: (params) => params.anything })

export const plugin = definePlugin({
  id: 'acme.parcels',
  version: '1.0.0',
  name: 'Parcels',
  hosts: ['https://parcels.example.com', { pattern: 'https://eu.example.com', methods: ['GET'] }],
  credentials: { account: { type: 'bearer', test: () => http.getJson('https://parcels.example.com/me', { auth: 'account' }).name } },
  actions: { create, free },
  triggers: {
    delivered: poll({ title: 'Delivered', everyS: 30, dedupe: '/id', poll: (_params, call) => Outcome.list([]).next(call.cursor ?? 0) }),
    updated: webhook({
      title: 'Updated',
      input: { type: 'object', properties: { depot: { type: 'string' } } },
      handle(params, inbound) {
        holds<Same<typeof params.depot, string | undefined>>()
        const isGenuine = credentials.hmacVerifyHex('account', 'secret', 'sha256', inbound.body, inbound.header('x-signature') ?? '')
        if (!isGenuine) return Verdict.reject('the signature does not fit')
        if (!state.isFirst(inbound.header('x-delivery') ?? '', 86_400)) return Verdict.answer(Reply.ok())
        return Verdict.accept([inbound.json()], new Reply(202).json({ taken: true }))
      },
    }),
  },
})

const host = new Host().credential('account', { secret: 'key' }).http((request) => answer(200, { url: request.url }))
holds<Same<ReturnType<typeof host.testCredential>, string>>()
// @ts-expect-error A request is sent to somewhere.
http.send({ method: 'GET' })
