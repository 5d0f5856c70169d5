import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answer, Host } from 'weft-plugin/testing'
import * as plugin from '../src/plugin.js'

test('greets by name', () => {
  const host = new Host().http(() => answer(200, { name: 'Ada' }))
  assert.deepEqual(host.run(plugin, 'greet', { user: 'ada' }).values, [{ text: 'Hello, Ada!' }])
  assert.equal(host.requests[0].url, 'https://api.example.com/users/ada')
})
