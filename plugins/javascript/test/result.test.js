import assert from 'node:assert/strict'
import { test } from 'node:test'

import { toJson } from '../src/result.js'

const json = (value) => JSON.parse(toJson(value, JSON.stringify))
const refusal = (value) => {
  try {
    toJson(value, JSON.stringify)
  } catch (failure) {
    return failure.message
  }
  return undefined
}

test('data passes', () => {
  assert.equal(json(undefined), null)
  assert.deepEqual(json({ a: [1, undefined, null], b: undefined, c: new Date(0) }), { a: [1, null, null], c: '1970-01-01T00:00:00.000Z' })
  assert.deepEqual(json([1n, 2n ** 64n]), [1, '18446744073709551616'])
  assert.deepEqual(json({ ['__proto__']: 1, x: '\ud800' }), JSON.parse('{"__proto__":1,"x":"\ufffd"}'))
  const twice = { n: 1 }
  assert.deepEqual(json([twice, twice]), [{ n: 1 }, { n: 1 }])
})

test('what JSON would lose is refused at its place', () => {
  const cycle = { list: [] }
  cycle.list.push(cycle)
  assert.match(refusal(cycle), /result\.list\[0\] contains itself/)
  assert.match(refusal({ f: () => 1 }), /result\.f is a function/)
  assert.match(refusal([{ n: NaN }]), /result\[0\]\.n is NaN/)
  assert.match(refusal(Symbol('s')), /is a symbol/)
  assert.match(refusal({ m: new Map() }), /Object\.fromEntries/)
  assert.match(refusal(new Set()), /Array\.from/)
  assert.match(refusal({ d: new Date(NaN) }), /invalid date/)
  let deep = []
  for (let level = 0; level < 200; level++) deep = [deep]
  assert.match(refusal(deep), /deeper than 128/)
})
