// A plugin with one of everything, for the tests.

import { action, blobs, credentials, definePlugin, http, log, Outcome, poll, Reply, state, StepError, Verdict, webhook } from 'weft-plugin'

const thrown = {
  step: () => {
    throw StepError.rateLimited('busy', 'not now', 7_000, { details: { queue: 3 } })
  },
  error: () => {
    throw new TypeError('no such thing')
  },
  text: () => {
    throw 'just text'
  },
  cyclic: () => {
    const value = {}
    value.self = value
    return value
  },
  promise: async () => 1,
  nothing: () => undefined,
}

export const { metadata, actions, dynamic, polling, webhooks } = definePlugin({
  id: 'test.everything',
  version: '1.0.0',
  name: 'Everything',
  hosts: ['https://a.example'],
  credentials: {
    account: { type: 'bearer', test: () => `signed in as ${http.getJson('https://a.example/me', { auth: 'account' }).name}` },
    other: { type: 'api_key' },
  },
  actions: {
    greet: action({
      title: 'Greet',
      effects: 'none',
      input: { type: 'object', required: ['name'], properties: { name: { type: 'string', 'x-ui': { placeholder: 'Ada' } } } },
      options: {
        name: (params, { search, cursor }) => ({ items: [`${params.greeting} ${search} ${cursor}`, { value: { id: 1 }, label: 'One', hint: 'first' }], next: 2 }),
      },
      schema: (params, field) => ({ type: 'object', title: `${params.name} ${field}` }),
      run: ({ name }) => `Hello, ${name}!`,
    }),
    fail: action({ title: 'Fail', effects: 'read', run: ({ how }) => thrown[how]() }),
    halve: action({
      title: 'Halve',
      effects: 'none',
      maxBatch: 10,
      run(_params, call) {
        return call.answerEach((number) => {
          if (typeof number === 'number') return number / 2
          throw StepError.invalidInput('', 'this is no number')
        })
      },
    }),
    double: action({ title: 'Double', effects: 'none', maxBatch: 10, run: (_, call) => call.answer((number) => number * 2) }),
    first: action({ title: 'First', effects: 'none', maxBatch: 10, run: (_, call) => call.item }),
    page: action({
      title: 'Page',
      effects: 'read',
      run(_params, { cursor = 0 }) {
        const page = Outcome.list([cursor, cursor + 1])
        return cursor < 4 ? page.next(cursor + 2).meta('page', cursor / 2) : page
      },
    }),
    draw: action({ title: 'Draw', effects: 'none', run: () => [Math.random(), Math.random()] }),
    facts: action({
      title: 'Facts',
      effects: 'read',
      run(_params, call) {
        log.info('working', { attempt: call.attempt })
        log.progress(1, 3, 'one of three')
        if (call.isCancelled()) throw StepError.cancelled()
        return { key: call.idempotencyKey, attempt: call.attempt, deadlineMs: call.deadlineMs, dryRun: call.dryRun }
      },
    }),
    send: action({ title: 'Send', effects: 'write', idempotent: 'key', run: ({ request }) => http.send(request).ok().text() }),
    send_all: action({
      title: 'Send all',
      effects: 'read',
      run: ({ urls }) => http.sendAll(urls.map((url) => ({ url }))).map((answer) => (answer instanceof StepError ? answer.code : answer.status)),
    }),
    secrets: action({
      title: 'Secrets',
      effects: 'read',
      run: ({ slot, field }) => ({
        placeholder: credentials.placeholder(slot, field),
        open: credentials.publicField(slot, field),
        mac: [...credentials.hmac(slot, field, 'sha256', 'message')].length,
        jwt: credentials.signJwt(slot, field, { sub: 'ada' }),
      }),
    }),
    remember: action({
      title: 'Remember',
      effects: 'write',
      idempotent: 'natural',
      run({ key, value }) {
        const before = state.get(key)
        if (value === null) state.delete(key)
        else state.set(key, value)
        return { before, seen: state.firstSeen(['a', 'b', 'a'], 60) }
      },
    }),
    copy: action({
      title: 'Copy',
      effects: 'write',
      idempotent: 'natural',
      run({ file }) {
        const reader = blobs.open(file)
        const writer = blobs.create('copy', reader.mime()).write(`${reader.size()}:`)
        for (const chunk of reader.chunks()) writer.write(chunk)
        return writer.finish()
      },
    }),
  },
  triggers: {
    delivered: poll({
      title: 'Delivered',
      dedupe: '/id',
      poll: (_params, { cursor }) => (cursor === undefined ? Outcome.list([]).next(0) : Outcome.list([{ id: cursor }]).next(cursor + 1).more()),
    }),
    plain: poll({ title: 'Plain', everyS: 30, poll: () => [{ id: 1 }] }),
    updated: webhook({
      title: 'Updated',
      handle(_params, inbound) {
        if (inbound.queryParameter('challenge')) return Verdict.answer(Reply.ok().text(inbound.queryParameter('challenge')))
        if (!credentials.hmacVerifyHex('account', 'key', 'sha256', inbound.body, inbound.header('X-Signature') ?? '')) {
          return Verdict.reject('the signature does not fit')
        }
        return Verdict.accept([inbound.json()], new Reply(202).header('x-a', 'b').json({ taken: true }))
      },
      subscribe: (params, url) => http.postJson('https://a.example/hooks', { url, ...params }),
      unsubscribe: (_params, { id }) => {
        http.delete(`https://a.example/hooks/${id}`).ok()
      },
    }),
    quiet: webhook({ title: 'Quiet', handle: () => 'nothing' }),
  },
})
