import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { bytes, definePlugin, http } from 'weft-plugin'
import { answer, failure, Host } from 'weft-plugin/testing'
import * as plugin from './plugin.js'

/** Checks what an error says. */
function fails(work, expected) {
  assert.throws(work, (error) => {
    const facts = Object.fromEntries(Object.keys(expected).map((key) => [key, error[key]]))
    assert.deepEqual(facts, expected)
    return true
  })
}

test('one declaration is the manifest, too', () => {
  const manifest = new Host().manifest(plugin)
  assert.equal(manifest.manifest, 1)
  assert.deepEqual(manifest.hosts, [{ pattern: 'https://a.example' }])
  assert.deepEqual(manifest.credentials, [
    { slot: 'account', type: 'bearer' },
    { slot: 'other', type: 'api_key' },
  ])
  assert.deepEqual(manifest.actions[0], {
    id: 'greet',
    title: 'Greet',
    effects: 'none',
    idempotent: 'natural',
    input: { type: 'object', required: ['name'], properties: { name: { type: 'string', 'x-ui': { options: 'dynamic', placeholder: 'Ada' } } } },
  })
  assert.deepEqual(manifest.triggers, [
    { id: 'delivered', title: 'Delivered', kind: 'poll', everyS: 60, dedupe: '/id', input: { type: 'object' } },
    { id: 'plain', title: 'Plain', kind: 'poll', everyS: 30, input: { type: 'object' } },
    { id: 'updated', title: 'Updated', kind: 'webhook', subscribe: true, input: { type: 'object' } },
    { id: 'quiet', title: 'Quiet', kind: 'webhook', subscribe: false, input: { type: 'object' } },
  ])
})

test('a declaration that cannot work fails when it is made', () => {
  const make = (more) => () => definePlugin({ id: 'a', version: '1.0.0', name: 'A', ...more })
  const run = () => 1
  assert.throws(make({ actions: { a: { title: 'A', effects: 'none' } } }), /'a' has no function 'run'/)
  assert.throws(make({ actions: { a: { title: 'A', run } } }), /does not say its 'effects'/)
  assert.throws(make({ actions: { a: { title: 'A', effects: 'write', run } } }), /what a repetition means/)
  assert.throws(make({ actions: { a: { title: 'A', effects: 'none', run, options: { b: run } } } }), /options for 'b'/)
  assert.throws(make({ triggers: { a: { title: 'A' } } }), /poll\(…\) or webhook\(…\)/)
  assert.throws(make({ triggers: { a: { kind: 'poll', title: 'A' } } }), /no function 'poll'/)
})

test('a value is the answer for the one item', () => {
  const host = new Host()
  assert.deepEqual(host.run(plugin, 'greet', { name: 'Ada' }).values, ['Hello, Ada!'])
  assert.deepEqual(host.run(plugin, 'fail', { how: 'nothing' }).values, [null])
  fails(() => host.run(plugin, 'leave'), { kind: 'permanent', code: 'unknown_action' })
  fails(() => host.run(plugin, 'constructor'), { code: 'unknown_action' })
})

test('batches are answered item by item', () => {
  const host = new Host()
  const halves = host.run(plugin, 'halve', {}, { items: [4, 'four', 10] })
  assert.deepEqual([halves.values, halves.sources], [[2, 5], [0, 2]])
  assert.deepEqual(halves.failures.map(([place, error]) => [place, error.kind, error.code]), [[1, 'invalid-input', 'invalid_input']])
  assert.deepEqual(host.run(plugin, 'double', {}, { items: [1, 2] }).values, [2, 4])
  fails(() => host.run(plugin, 'first', {}, { items: [1, 2] }), { code: 'batch_not_answered' })
})

test('pages go on at the cursor', () => {
  const host = new Host()
  const first = host.run(plugin, 'page')
  assert.deepEqual([first.values, first.cursor, first.meta], [[0, 1], 2, { page: 0 }])
  const last = host.run(plugin, 'page', {}, { cursor: 4 })
  assert.deepEqual([last.values, last.cursor, last.meta], [[4, 5], undefined, {}])
})

test('whatever is thrown becomes an error of the step', () => {
  const host = new Host()
  fails(() => host.run(plugin, 'fail', { how: 'step' }), { kind: 'rate-limited', code: 'busy', message: 'not now', retryAfterMs: 7_000, details: { queue: 3 } })
  fails(() => host.run(plugin, 'fail', { how: 'error' }), { kind: 'permanent', code: 'uncaught_error', message: 'TypeError: no such thing' })
  assert.match(host.logs[0].fields.stack, /plugin\.js/)
  fails(() => host.run(plugin, 'fail', { how: 'text' }), { code: 'uncaught_error', message: 'thrown: just text' })
  fails(() => host.run(plugin, 'fail', { how: 'cyclic' }), { code: 'output_not_json' })
  fails(() => host.run(plugin, 'fail', { how: 'promise' }), { code: 'async_function' })
})

test('chance depends on the call', () => {
  const host = new Host()
  const draw = (idempotencyKey) => host.run(plugin, 'draw', {}, { idempotencyKey }).values[0]
  assert.deepEqual(draw('one'), draw('one'))
  assert.notDeepEqual(draw('one'), draw('two'))
})

test('a call has its facts, its log and its end', () => {
  const host = new Host()
  const facts = { idempotencyKey: 'k', attempt: 2, deadlineMs: 5, dryRun: true }
  assert.deepEqual(host.run(plugin, 'facts', {}, facts).values, [{ key: 'k', attempt: 2, deadlineMs: 5, dryRun: true }])
  assert.deepEqual(host.logs, [{ level: 'info', message: 'working', fields: { attempt: 2 } }])
  assert.deepEqual(host.progress, [{ done: 1, total: 3, note: 'one of three' }])
  fails(() => host.cancel().run(plugin, 'facts'), { kind: 'cancelled' })
})

test('requests are written as the host reads them', () => {
  const host = new Host().http(() => answer(200, {}))
  const sent = (request) => {
    host.run(plugin, 'send', { request })
    const { body, ...rest } = host.requests.at(-1)
    return { ...rest, body: body === null ? null : bytes.toText(body) }
  }
  const plain = { method: 'GET', url: 'https://a.example/', headers: [], body: null, auth: null, timeoutMs: null, maxRedirects: 5 }
  assert.deepEqual(sent({ url: 'https://a.example/' }), plain)
  assert.deepEqual(
    sent({ url: 'https://a.example/?a=1#end', query: { q: 'ä b&(c)', many: [1, 2], none: null }, auth: 'account', timeoutMs: 9, maxRedirects: 0 }),
    { ...plain, url: 'https://a.example/?a=1&q=%C3%A4%20b%26%28c%29&many=1&many=2#end', auth: 'account', timeoutMs: 9, maxRedirects: 0 },
  )
  const json = ['content-type', 'application/json']
  assert.deepEqual(sent({ method: 'POST', url: 'u', json: { a: 'ü' } }), { ...plain, method: 'POST', url: 'u', headers: [json], body: '{"a":"ü"}' })
  const form = ['content-type', 'application/x-www-form-urlencoded']
  assert.deepEqual(sent({ method: 'POST', url: 'u', form: { 'a b': 'c' } }), { ...plain, method: 'POST', url: 'u', headers: [form], body: 'a%20b=c' })
  const own = [['Content-Type', 'text/csv']]
  assert.deepEqual(sent({ method: 'PUT', url: 'u', headers: own, body: 'a,b' }), { ...plain, method: 'PUT', url: 'u', headers: own, body: 'a,b' })
  assert.equal(http.delete('https://a.example/x').status, 200)
  assert.equal(host.requests.at(-1).method, 'DELETE')
})

test('a refusing status says whether to try again, and when', () => {
  const kinds = { 400: 'permanent', 401: 'auth', 403: 'auth', 404: 'permanent', 408: 'retryable', 425: 'retryable', 429: 'rate-limited', 500: 'retryable', 503: 'retryable' }
  for (const [status, kind] of Object.entries(kinds)) {
    const host = new Host().http(() => answer(Number(status), { error: 'no' }))
    fails(() => host.run(plugin, 'send', { request: { url: 'u' } }), { kind, code: `http_${status}`, retryAfterMs: null, message: `the service answered ${status}: {"error":"no"}` })
  }
  const wait = (...headers) => {
    try {
      new Host().http(() => answer(429, {}, headers)).run(plugin, 'send', { request: { url: 'u' } })
    } catch (error) {
      return error.retryAfterMs
    }
  }
  assert.equal(wait(['Retry-After', '120']), 120_000)
  const date = ['date', 'Sat, 28 Feb 2026 23:59:30 GMT']
  assert.equal(wait(['retry-after', 'Sun, 01 Mar 2026 00:00:30 GMT'], date), 60_000)
  assert.equal(wait(['retry-after', 'Sat, 28 Feb 2026 23:00:00 GMT'], date), 0)
  assert.equal(wait(['retry-after', 'soon']), null)
})

test('no answer is an error with its reason', () => {
  const cases = [
    ['denied', 'not granted', 'permanent', 'request_denied'],
    ['dns', 'no such name', 'retryable', 'dns_failed'],
    ['connect', 'refused', 'retryable', 'connection_failed'],
    ['tls', 'expired', 'permanent', 'tls_failed'],
    ['timeout', undefined, 'retryable', 'request_timed_out'],
    ['too-large', 9, 'permanent', 'answer_too_large'],
    ['protocol', 'odd', 'retryable', 'protocol_error'],
  ]
  for (const [tag, val, kind, code] of cases) {
    const host = new Host().http(() => failure(tag, val))
    fails(() => host.run(plugin, 'send', { request: { url: 'u' } }), { kind, code })
    assert.deepEqual(host.run(plugin, 'send_all', { urls: ['a', 'b'] }).values, [[code, code]])
  }
  fails(() => new Host().run(plugin, 'send', { request: { url: 'u' } }), { code: 'request_denied' })
})

test('answers are read as text and JSON', () => {
  const host = new Host().http(() => ({ status: 200, headers: [['x-a', '1']], body: bytes.fromText('{oops') }))
  const got = http.get('https://a.example')
  assert.equal(got.header('X-A'), '1')
  assert.equal(got.text(), '{oops')
  fails(() => got.json(), { code: 'answer_not_json' })
  host.http(({ body }) => answer(201, JSON.parse(bytes.toText(body))))
  assert.deepEqual(http.postJson('https://a.example', { a: 1 }), { a: 1 })
})

test('credentials are used and not seen', () => {
  const host = new Host().credential('account', { key: 'secret' })
  const { placeholder, open, mac, jwt } = host.run(plugin, 'secrets', { slot: 'account', field: 'key' }).values[0]
  assert.deepEqual([placeholder, open, mac, jwt], ['{{account.key}}', 'secret', 32, '{"sub":"ada"}'])
  fails(() => host.run(plugin, 'secrets', { slot: 'nobody', field: 'key' }), { kind: 'auth', code: 'credential_not_bound' })
  fails(() => host.run(plugin, 'secrets', { slot: 'account', field: 'id' }), { code: 'credential_unknown_field' })
  host.http((request) => answer(200, { name: request.auth }))
  assert.equal(host.testCredential(plugin, 'account'), 'signed in as account')
  fails(() => host.testCredential(plugin, 'other'), { code: 'not_offered' })
})

test('values are kept from call to call', () => {
  const host = new Host()
  const remember = (key, value) => host.run(plugin, 'remember', { key, value }).values[0]
  assert.deepEqual(remember('a', { n: 1 }), { seen: [true, true, false] })
  assert.deepEqual(remember('a', null), { before: { n: 1 }, seen: [false, false, false] })
  assert.equal(host.state('a'), undefined)
  fails(() => remember('../a', 1), { kind: 'permanent', code: 'state_bad_key' })
})

test('files are read and written', () => {
  const host = new Host()
  const copy = host.run(plugin, 'copy', { file: host.file('text/plain', 'x'.repeat(300_000)) }).values[0]
  assert.equal(bytes.toText(host.contentOf(copy)), `300000:${'x'.repeat(300_000)}`)
  fails(() => host.run(plugin, 'copy', { file: { $blob: 'none' } }), { code: 'file_not_found' })
})

test('forms get choices and schemas', () => {
  const host = new Host()
  assert.deepEqual(host.options(plugin, 'greet', 'name', { params: { greeting: 'Hi' }, search: 'a', cursor: 1 }), {
    items: [
      { value: 'Hi a 1', label: 'Hi a 1', hint: null },
      { value: { id: 1 }, label: 'One', hint: 'first' },
    ],
    next: 2,
  })
  fails(() => host.options(plugin, 'greet', 'age'), { code: 'unknown_field' })
  fails(() => host.options(plugin, 'draw', 'age'), { code: 'unknown_field' })
  assert.deepEqual(host.schema(plugin, 'greet', 'more', { name: 'Ada' }), { type: 'object', title: 'Ada more' })
  fails(() => host.schema(plugin, 'draw'), { code: 'unknown_field' })
})

test('polls go on where they were', () => {
  const host = new Host()
  const first = host.poll(plugin, 'delivered')
  assert.deepEqual([first.values, first.cursor, first.meta], [[], 0, {}])
  const second = host.poll(plugin, 'delivered', {}, { cursor: first.cursor })
  assert.deepEqual([second.values, second.cursor, second.meta], [[{ id: 0 }], 1, { more: true }])
  assert.deepEqual(host.poll(plugin, 'plain').values, [{ id: 1 }])
  fails(() => host.poll(plugin, 'updated'), { code: 'not_offered' })
})

test('webhooks are verified, answered and taken', () => {
  const host = new Host().credential('account', { key: 'secret' })
  const body = '{"id":"ä"}'
  const signature = createHmac('sha256', 'secret').update(body).digest('hex')
  const accepted = host.handle(plugin, 'updated', { body, headers: [['x-signature', signature]] })
  assert.deepEqual([accepted.verdict, accepted.values], ['accept', [{ id: 'ä' }]])
  assert.deepEqual(accepted.reply, { status: 202, headers: [['x-a', 'b'], ['content-type', 'application/json']], body: '{"taken":true}' })
  for (const wrong of ['', signature.slice(0, 32), `${signature}00`, 'zz']) {
    assert.equal(host.handle(plugin, 'updated', { body, headers: [['x-signature', wrong]] }).verdict, 'reject', wrong)
  }
  const handshake = host.handle(plugin, 'updated', { query: [['challenge', '42']] })
  assert.deepEqual([handshake.verdict, handshake.reply.body], ['answer', '42'])
  fails(() => host.handle(plugin, 'updated', { body: 'x', headers: [['x-signature', createHmac('sha256', 'secret').update('x').digest('hex')]] }), { code: 'body_not_json' })
  fails(() => host.handle(plugin, 'quiet'), { code: 'no_verdict' })
})

test('subscriptions are made and ended', () => {
  const host = new Host().http((request) => answer(request.method === 'DELETE' ? 404 : 200, { id: 'h1' }))
  assert.deepEqual(host.subscribe(plugin, 'updated', { a: 1 }, 'https://weft.example/t'), { id: 'h1' })
  assert.equal(bytes.toText(host.requests[0].body), '{"url":"https://weft.example/t","a":1}')
  fails(() => host.unsubscribe(plugin, 'updated', {}, { id: 'h1' }), { code: 'http_404' })
  fails(() => host.subscribe(plugin, 'quiet', {}, 'u'), { code: 'not_offered' })
})
