import { expect, it } from 'vitest'

import { documentOf, nodeType, orders } from './fixtures'
import { fromDocument } from './open_document'
import { summaryOf } from './summary'
import { firstNode, walk } from './walk'

const open = fromDocument(orders)

it('walks along the lines and to what lies beside', () => {
  expect(firstNode(open)).toBe('in')
  expect(walk(open, 'in', 'right')).toBe('big')
  expect(walk(open, 'big', 'right')).toBe('notify')
  expect(walk(open, 'notify', 'left')).toBe('big')
  expect(walk(open, 'notify', 'down')).toBe('drop')
  expect(walk(open, 'drop', 'up')).toBe('notify')
  expect(walk(open, 'in', 'left')).toBeNull()
  expect(firstNode(fromDocument(documentOf([])))).toBeNull()
})

it('says what settings come to', () => {
  const say = (type: string, params: Parameters<typeof summaryOf>[0]['params']) => summaryOf({ id: 'x', type, ...(params && { params }) }, undefined)
  expect(say('webhook', { path: 'orders', method: 'POST' })).toBe('POST /hooks/orders')
  expect(say('if', { condition: '{{ input.total > 100 }}' })).toBe('input.total > 100')
  expect(say('set', { fields: { a: 1, b: 2 } })).toBe('a, b')
  expect(say('switch', { cases: [{ port: 'a' }] })).toBe('1 case')
  expect(say('wait', { ms: 1500 })).toBe('for 1.5 s')
  expect(say('wait', { ms: 5_400_000 })).toBe('for 1 h 30 min')
  expect(say('wait', { event: 'paid' })).toBe('for the signal paid')
  expect(say('while', { condition: '{{ item.next != null }}' })).toBe('item.next != null')
  expect(say('approval', { title: 'Pay {{ input.n }}?' })).toBe('Pay {{ input.n }}?')
  expect(say('call_workflow', { workflow: 'wf_1' })).toBe('Waits for its end')
  expect(say('http/request', { url: 'https://x.test' })).toBe('GET https://x.test')
  expect(say('slack/post', { text: ' hello\n you ' })).toBe('hello you')
  expect(say('slack/post', undefined)).toBe('Unknown step type “slack/post”')
  expect(say('sort', { by: [{ value: '{{ item.total }}', direction: 'desc' }, { value: '{{ item.name }}' }] })).toBe('item.total ↓, item.name')
  expect(say('limit', { count: 3, from: 'end' })).toBe('last 3')
  expect(say('limit', { count: '{{ input.most }}' })).toBe('first input.most')
  expect(say('split', { size: 100 })).toBe('100 at a time')
  expect(say('aggregate', { group_by: '{{ item.country }}', fields: [{ to: 'n', do: 'count' }] })).toBe('by item.country')
  expect(say('aggregate', { fields: [{ to: 'n', do: 'count' }] })).toBe('1 field')
  expect(summaryOf({ id: 'x', type: 'set' }, nodeType('set', 'Set'))).toBe('Set does its work.')
  expect(say('fail', { message: 'x'.repeat(100) })).toHaveLength(80)
})
