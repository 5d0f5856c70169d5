// Calls every function of the compiled core the way the designer does: `node --test designer-ui/core-wasm/test.mjs`,
// after `just gen-core`.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { gzipSync } from 'node:zlib'

const path = process.env.WEFT_CORE_WASM ?? new URL('../src/core/weft_core.wasm', import.meta.url)
const file = readFileSync(path)
let core

before(async () => {
  const { instance } = await WebAssembly.instantiate(file, {})
  core = instance.exports
})

/** Sends bytes as they are and reads the answer. */
function send(bytes) {
  const pointer = core.weft_alloc(bytes.length)
  new Uint8Array(core.memory.buffer, pointer, bytes.length).set(bytes)
  const result = BigInt.asUintN(64, core.weft_call(pointer, bytes.length))
  core.weft_free(pointer, bytes.length)
  const [at, length] = [Number(result >> 32n), Number(result & 0xffffffffn)]
  const text = new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(core.memory.buffer, at, length))
  core.weft_free(at, length)
  return JSON.parse(text)
}

const request = (value) => send(new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)))

function call(name, args) {
  const answer = request({ function: name, ...args })
  assert.ok('ok' in answer, JSON.stringify(answer))
  return answer.ok
}

const type = (id, role, params = {}) => ({
  id, role, title: id, summary: '', category: 'logic', icon: 'type', params: { type: 'object', properties: params, additionalProperties: false },
  ports: { fixed: [{ id: 'out', title: 'Out' }] }, effects: 'none', idempotent: 'natural', error_port: role === 'step',
})

const node_types = [type('manual', 'trigger'), type('set', 'step', { fields: {} }), type('schedule', 'trigger', { cron: { type: 'string' } })]

const document = {
  weft: 1,
  name: 'Test',
  nodes: [
    { id: 'start', type: 'manual' },
    { id: 'a', type: 'set', params: { fields: { total: '{{ input.price * 2 }}' } } },
    { id: 'b', type: 'set', params: { fields: { text: '{{ steps.a.total }}' } } },
  ],
  edges: [{ from: 'start', to: 'a' }, { from: 'a', to: 'b' }],
  settings: {},
}

test('check finds nothing wrong with a right document', () => {
  assert.deepEqual(call('check', { document, node_types }), [])
})

test('check tells every problem with its place', () => {
  const nodes = [...document.nodes, { id: 'c', type: 'sett' }, { id: 's', type: 'schedule', params: { cron: '61 * * * *', timezone: 1 } }]
  const problems = call('check', { document: { ...document, nodes, edges: [...document.edges, { from: 'b', to: 'a' }] }, node_types })
  const told = problems.map(({ code, pointer, node }) => `${code} ${pointer} ${node}`)
  assert.deepEqual(told.sort(), [
    'cycle /edges/2 a',
    'invalid_cron /nodes/4/params/cron s',
    'unknown_node_type /nodes/3/type c',
    'unknown_parameter /nodes/4/params/timezone s',
    'unknown_source /nodes/1/params/fields/total a',
  ])
})

test('a document of another shape is refused with its place', () => {
  const { error } = request({ function: 'check', document: { weft: 1, name: 'x', nodes: [{ id: 'a' }] }, node_types })
  assert.equal(error.code, 'invalid_document')
  assert.equal(error.pointer, '/nodes/0')
})

test('evaluate gives a value or a problem with its place', () => {
  const context = { input: { price: 3 }, steps: { a: { total: 6 } } }
  assert.deepEqual(call('evaluate', { template: '{{ input.price + steps.a.total }}', context }), { value: 9 })
  assert.deepEqual(call('evaluate', { template: '€ {{ input.price }}', context }), { value: '€ 3' })
  const { problem } = call('evaluate', { template: '😀 {{ nope }}', context })
  assert.deepEqual(problem.span, { start: 6, end: 10 })
  assert.equal(typeof problem.code, 'string')
  assert.match(problem.message, /nope/)
})

test('complete offers what is there', () => {
  const { from, to, items } = call('complete', { template: '{{ input.pr }}', offset: 11, context: { input: { price: 3 } } })
  assert.deepEqual([from, to], [9, 11])
  assert.ok(items.some(({ label, kind }) => label === 'price' && kind === 'property'))
})

test('parse tells text from expressions', () => {
  assert.deepEqual(call('parse', { template: 'é {{ input }}!' }), {
    spans: [{ start: 0, end: 2, kind: 'text' }, { start: 2, end: 13, kind: 'expression' }, { start: 13, end: 14, kind: 'text' }],
  })
  assert.ok(call('parse', { template: '{{ 1 + }}' }).problem)
})

test('rename follows the node everywhere', () => {
  const renamed = call('rename', { document, from: 'a', to: 'doubled' })
  assert.equal(renamed.nodes[1].id, 'doubled')
  assert.equal(renamed.nodes[2].params.fields.text, '{{ steps.doubled.total }}')
  assert.deepEqual(renamed.edges, [{ from: 'start', to: 'doubled' }, { from: 'doubled', to: 'b' }])
  assert.equal(request({ function: 'rename', document, from: 'a', to: 'b' }).error.code, 'cannot_rename')
})

test('functions gives the catalogue', () => {
  const functions = call('functions', {})
  assert.ok(functions.length > 10)
  for (const { name, group, signature, docs, examples } of functions) {
    assert.ok(name && group && signature && docs && Array.isArray(examples), name)
  }
})

test('no request traps', () => {
  const bad = [
    '', '{', '[]', 'null', '{}', '{"function": 1}', '{"function": "format_disk"}', '{"function": "check"}', '{"function": "evaluate"}',
    '{"function": "evaluate", "template": 5}', '{"function": "evaluate", "template": "", "context": []}',
    '{"function": "complete", "template": "a", "offset": -1}', '{"function": "check", "document": 1, "node_types": []}',
    `{"function": "evaluate", "template": "", "context": ${'['.repeat(100_000)}}`,
    `{"function": "check", "node_types": [], "document": ${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`,
  ]
  for (const text of bad) assert.ok(request(text).error?.message, text.slice(0, 80))
  assert.ok(send(Uint8Array.of(0xff, 0xfe)).error)
  assert.deepEqual(call('complete', { template: '{{ input. }}', offset: 9_999 }).items, [])
  for (const nested of ['(', '[', '-', '{a:', '!', 'a?', '`${', '1+(', 'x=>']) {
    assert.ok(call('parse', { template: `{{ ${nested.repeat(20_000)} }}` }).problem, nested)
  }
})

test('memory is given back', () => {
  const once = () => call('evaluate', { template: '{{ input.length }}', context: { input: 'x'.repeat(100_000) } })
  once()
  const pages = core.memory.buffer.byteLength
  for (let round = 0; round < 500; round++) once()
  assert.equal(core.memory.buffer.byteLength, pages)
})

// The design aims at 150 KiB. This is the bar that is held now, to be lowered with every step towards it.
const MOST_KIB = 320

test('the file does not grow', (context) => {
  const kib = gzipSync(file, { level: 9 }).length / 1024
  context.diagnostic(`${kib.toFixed(1)} KiB gzip, ${(file.length / 1024).toFixed(1)} KiB raw`)
  assert.ok(kib <= MOST_KIB, `${kib.toFixed(1)} KiB`)
})
