// Everything of the contract is in the types, in the fake host and in the exports.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import * as plugin from './plugin.js'

const IMPORTS = ['host', 'credentials', 'http', 'state', 'blobs']
const wit = readFileSync(new URL('../../wit/weft.wit', import.meta.url), 'utf8').replace(/\/\/.*$/gm, '')
const types = readFileSync(new URL('../wit.d.ts', import.meta.url), 'utf8')

const src = new URL('../src/', import.meta.url)
const sdk = readdirSync(src).map((name) => readFileSync(new URL(name, src), 'utf8')).join('\n')

const camel = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())
const parts = wit.split(/^(?=interface |world )/m).filter((part) => part.startsWith('interface'))
const interfaces = Object.fromEntries(parts.map((part) => [part.split(' ')[1], part]))
const functions = (text) => [...text.matchAll(/([a-z-]+): (?:static )?func\(/g)].map(([, name]) => camel(name))

test('the contract was read', () => {
  assert.deepEqual(Object.keys(interfaces), ['types', ...IMPORTS, 'metadata', 'actions', 'dynamic', 'polling', 'webhooks'])
  assert.equal(Object.values(interfaces).flatMap(functions).length, 30)
})

for (const name of IMPORTS) {
  test(`every function of ${name} has a type, a fake, and a place in the SDK`, async () => {
    const [, declared] = new RegExp(`declare module 'weft:plugin/${name}@1.0.0' \\{(.*?)^\\}`, 'ms').exec(types)
    const fake = await import(`weft:plugin/${name}@1.0.0`)
    const methods = Object.values(fake).flatMap((one) => (one.prototype ? [...Object.getOwnPropertyNames(one.prototype), ...Object.getOwnPropertyNames(one)] : []))
    for (const fn of functions(interfaces[name])) {
      assert.match(declared, new RegExp(`\\b${fn}\\b`), fn)
      assert.match(sdk, new RegExp(`(host|Writer|#handle)\\.${fn}\\(|\\b${fn} }`), fn)
      assert.ok(fn in fake || methods.includes(fn), `no fake of ${fn}`)
    }
  })
}

test('every export of the contract is made', () => {
  for (const name of ['metadata', 'actions', 'dynamic', 'polling', 'webhooks']) {
    assert.deepEqual(Object.keys(plugin[name]).sort(), functions(interfaces[name]).sort())
  }
})
