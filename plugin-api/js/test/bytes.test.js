import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes } from 'weft-plugin'

test('texts become UTF-8 and come back', () => {
  for (const text of ['', 'abc', 'äöü€', '😀 and more', '\u0000', 'x'.repeat(20_000) + 'é']) {
    assert.deepEqual(bytes.fromText(text), new TextEncoder().encode(text))
    assert.equal(bytes.toText(bytes.fromText(text)), text)
  }
  assert.deepEqual(bytes.fromText('\ud800'), new TextEncoder().encode('\ud800'))
})

test('what is no UTF-8 is read as everybody reads it', () => {
  let state = 7
  const next = () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 16
  const leads = [0x41, 0x80, 0xbf, 0xc0, 0xc3, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff, 0x9f, 0xa0, 0x8f, 0x90]
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  for (let turn = 0; turn < 5_000; turn++) {
    const some = Uint8Array.from({ length: next() % 8 }, () => leads[next() % leads.length])
    assert.equal(bytes.toText(some), decoder.decode(some), String(some))
  }
})

test('hexadecimal and base64', () => {
  const some = Uint8Array.from([0, 1, 0xab, 0xff])
  assert.equal(bytes.toHex(some), '0001abff')
  assert.deepEqual(bytes.fromHex(' 0001ABff '), some)
  assert.equal(bytes.fromHex('0'), null)
  assert.equal(bytes.fromHex('zz'), null)
  assert.deepEqual(bytes.fromBase64(bytes.toBase64(some)), some)
  assert.deepEqual(bytes.fromBase64('-_8'), Uint8Array.from([0xfb, 0xff]))
  assert.equal(bytes.fromBase64('?'), null)
})
