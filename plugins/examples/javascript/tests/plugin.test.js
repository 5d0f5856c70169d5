// The connector without a sandbox: the SDK plays the host.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { answer, Host } from 'weft-plugin/testing'
import * as plugin from '../src/plugin.js'

const BODY = '{"id":"parcel_1","status":"delivered"}'
const ORDER = { recipient: 'Ada', depot: 'north' }

const host = () => new Host().credential('account', { base_url: 'https://parcels.example.com/', webhook_secret: 'key' })
const signature = (body) => createHmac('sha256', 'key').update(body).digest('hex')
const header = (request, name) => request.headers.find(([header]) => header === name)?.[1]

test('a parcel is created under the key of its call', () => {
  const here = host().http(() => answer(201, { id: 'parcel_1', status: 'created' }))
  assert.equal(here.run(plugin, 'create_parcel', ORDER).values[0].id, 'parcel_1')
  const [sent] = here.requests
  assert.deepEqual([sent.method, sent.url, sent.auth], ['POST', 'https://parcels.example.com/parcels', 'account'])
  assert.equal(header(sent, 'idempotency-key'), 'test')
})

test('what the service finds wrong is told at the field', () => {
  const here = host().http(() => answer(422, { error: 'unknown_depot', message: "there is no depot 'x'" }))
  assert.throws(() => here.run(plugin, 'create_parcel', ORDER), { kind: 'invalid-input', pointer: '/depot' })
  here.http(() => answer(503, null, [['retry-after', '2']]))
  assert.throws(() => here.run(plugin, 'create_parcel', ORDER), { kind: 'retryable', retryAfterMs: 2_000 })
})

test('parcels are listed page by page', () => {
  const here = host().http(({ url }) =>
    url.includes('cursor=1') ? answer(200, { items: [{ id: 'b' }], next: null }) : answer(200, { items: [{ id: 'a' }], next: '1' }),
  )
  const first = here.run(plugin, 'list_parcels', { page_size: 1 })
  assert.deepEqual([first.values, first.cursor], [[{ id: 'a' }], '1'])
  const last = here.run(plugin, 'list_parcels', { page_size: 1 }, { cursor: '1' })
  assert.deepEqual([last.values, last.cursor], [[{ id: 'b' }], undefined])
})

test('the first poll only remembers where things stand', () => {
  const delivered = (id, delivered_at) => answer(200, { items: [{ id, status: 'delivered', delivered_at }], next: null })
  const here = host().http(({ url }) => (url.endsWith('since=0') ? delivered('old', 5) : delivered('new', 9)))
  const first = here.poll(plugin, 'parcel_delivered')
  assert.deepEqual([first.values, first.cursor], [[], 5])
  const second = here.poll(plugin, 'parcel_delivered', {}, { cursor: 5 })
  assert.deepEqual([second.values[0].id, second.cursor], ['new', 9])
})

test('only what is signed is heard, and only once', () => {
  const here = host()
  const handle = (body, signature) => {
    const headers = [['X-Parcels-Signature', signature], ['X-Parcels-Delivery', 'delivery_1']]
    return here.handle(plugin, 'parcel_updated', { body, headers })
  }
  for (const wrong of ['', '00', 'not hexadecimal', signature(BODY).slice(0, 62)]) {
    assert.equal(handle(BODY, wrong).verdict, 'reject', wrong)
  }
  const challenge = '{"challenge":"word"}'
  assert.equal(handle(challenge, signature(challenge)).reply.body, challenge)
  assert.deepEqual(handle(BODY, signature(BODY)).values, [JSON.parse(BODY)])
  assert.equal(handle(BODY, signature(BODY)).verdict, 'answer')
})

test('depots are searched and credentials tried', () => {
  const here = host().http(({ url }) =>
    url === 'https://parcels.example.com/depots?search=nor'
      ? answer(200, { items: [{ id: 'north', name: 'Depot North' }] })
      : answer(200, { name: 'Ada' }),
  )
  const choices = here.options(plugin, 'create_parcel', 'depot', { search: 'nor' })
  assert.deepEqual(choices.items, [{ value: 'north', label: 'Depot North', hint: null }])
  assert.equal(here.testCredential(plugin, 'account'), 'Signed in as Ada.')
})

test('subscriptions are made and ended', () => {
  const here = host().http(({ method }) => (method === 'POST' ? answer(201, { id: 'hook_1' }) : answer(404, null)))
  const subscription = here.subscribe(plugin, 'parcel_updated', {}, 'https://weft.example/triggers/x')
  here.unsubscribe(plugin, 'parcel_updated', {}, subscription)
  assert.equal(here.requests[1].url, 'https://parcels.example.com/hooks/hook_1')
})
