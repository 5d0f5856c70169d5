// The example connector, in JavaScript: actions, a drop-down, the test of a credential, a trigger that polls and one that
// is called. It talks to the service that `weft plugin example-service` starts.

import { action, credentials, definePlugin, Outcome, poll, Reply, state, Verdict, webhook } from 'weft-plugin'
import { account } from './account.js'
import { order, parcel } from './schemas.js'
import { HOSTS, service } from './service.js'

/** How long a delivery is remembered, so that one sent twice starts one run. */
const REMEMBERED_S = 7 * 86_400

const createParcel = action({
  title: 'Create parcel',
  summary: 'Has a parcel picked up at a depot.',
  effects: 'write',
  idempotent: 'key',
  credential: 'account',
  input: order,
  output: parcel,
  options: {
    depot(_params, { search = '' }) {
      /** @type {{ id: string, name: string }[]} */
      const depots = service.get('/depots', { query: { search } }).items
      return depots.map(({ id, name }) => ({ value: id, label: name }))
    },
  },
  run: (params, call) => service.post('/parcels', params, { headers: { 'idempotency-key': call.idempotencyKey } }),
})

const listParcels = action({
  title: 'List parcels',
  summary: 'All parcels of the account, page by page.',
  effects: 'read',
  credential: 'account',
  input: {
    type: 'object',
    additionalProperties: false,
    properties: {
      page_size: { type: 'integer', title: 'Page size', minimum: 1, maximum: 100, default: 50, 'x-ui': { advanced: true } },
    },
  },
  output: parcel,
  // One page a call: a run that is interrupted goes on at the page it was at.
  run({ page_size: limit = 50 }, { cursor }) {
    const page = service.get('/parcels', { query: { limit, cursor } })
    const outcome = Outcome.list(page.items)
    return page.next ? outcome.next(page.next) : outcome
  },
})

const parcelDelivered = poll({
  title: 'Parcel delivered',
  summary: 'Starts a run for each parcel that has arrived.',
  everyS: 60,
  credential: 'account',
  dedupe: '/id',
  output: parcel,
  // The cursor is the moment of the last delivery that was told. The first time it is only remembered.
  poll(_params, { cursor: last }) {
    const delivered = []
    let cursor
    do {
      const page = service.get('/parcels', { query: { status: 'delivered', since: last ?? 0, cursor } })
      delivered.push(...page.items)
      cursor = page.next
    } while (cursor)
    const latest = Math.max(last ?? 0, ...delivered.map((one) => one.delivered_at))
    return Outcome.list(last === undefined ? [] : delivered).next(latest)
  },
})

const parcelUpdated = webhook({
  title: 'Parcel updated',
  summary: 'Starts a run as soon as the service tells of a change.',
  credential: 'account',
  output: parcel,
  handle(_params, inbound) {
    const signature = inbound.header('x-parcels-signature') ?? ''
    if (!credentials.hmacVerifyHex('account', 'webhook_secret', 'sha256', inbound.body, signature)) {
      return Verdict.reject('the signature does not fit')
    }
    const body = inbound.json()
    if ('challenge' in body) return Verdict.answer(Reply.ok().json({ challenge: body.challenge }))
    const isFirst = state.isFirst(inbound.header('x-parcels-delivery') ?? '', REMEMBERED_S)
    return isFirst ? Verdict.accept([body]) : Verdict.answer(Reply.ok())
  },
  subscribe: (_params, url) => service.post('/hooks', { url }),
  unsubscribe: (_params, { id }) => service.forget(`/hooks/${id}`),
})

export const { metadata, actions, dynamic, polling, webhooks } = definePlugin({
  id: 'example.parcels',
  version: '1.0.0',
  name: 'Parcels',
  summary: 'Sends parcels, and tells when they arrive.',
  icon: 'package',
  hosts: HOSTS.map((pattern) => ({ pattern, methods: ['GET', 'POST', 'DELETE'] })),
  credentials: { account },
  actions: { create_parcel: createParcel, list_parcels: listParcels },
  triggers: { parcel_delivered: parcelDelivered, parcel_updated: parcelUpdated },
})
