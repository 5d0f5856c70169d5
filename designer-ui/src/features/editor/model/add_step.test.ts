import { expect, it } from 'vitest'

import { addStep, type Place, placeFor } from './add_step'
import { apply } from './apply'
import { edgeKey } from './document'
import { documentOf, orders, types } from './fixtures'
import { byId } from './node_type'
import { fromDocument } from './open_document'

const open = fromDocument(orders)
const known = byId(types)

function add(type: string, place: Place, doc = open) {
  const { id, command } = addStep(doc, known, known[type]!, place)
  const next = apply(doc, command)
  return { node: next.nodes[id], lines: next.edges.map(edgeKey), doc: next }
}

it('at a point, with defaults and a size where it has one', () => {
  expect(add('set', { kind: 'point', point: [2003, 9], inside: undefined }).node).toEqual({
    id: 'set',
    type: 'set',
    params: { fields: {}, keep: false },
    at: [2000, 16],
  })
  expect(add('for_each', { kind: 'point', point: [0, 900], inside: undefined }).node).toMatchObject({ id: 'for_each', size: [448, 192] })
})

it('inside a container, relative to it', () => {
  const { node } = add('set', { kind: 'point', point: [1100, 160], inside: 'each' })
  expect(node?.inside).toBe('each')
  expect(node?.at?.[0]).toBe(144)
})

it('after a port, connected, in the same container', () => {
  const outside = add('if', { kind: 'after', from: 'drop', port: 'out' })
  expect(outside.lines).toContain('drop:out>if')
  const inside = add('if', { kind: 'after', from: 'second', port: 'out' })
  expect(inside.node?.inside).toBe('each')
})

it('a trigger after a port stays unconnected', () => {
  expect(add('manual', { kind: 'after', from: 'drop', port: 'out' }).lines).toHaveLength(open.edges.length)
})

it('between two steps', () => {
  const { lines, doc } = add('http/request', { kind: 'between', edge: { from: 'in', to: 'big' } })
  expect(lines).toContain('in:out>http_request')
  expect(lines).toContain('http_request:out>big')
  expect(lines).not.toContain('in:out>big')
  expect(doc.nodes.big?.at?.[0]).toBeGreaterThan(320)
})

it('finds a place by itself', () => {
  expect(placeFor(open, known, 'drop', [0, 0])).toEqual({ kind: 'after', from: 'drop', port: 'out' })
  expect(placeFor(open, known, 'in', [0, 0])).toMatchObject({ kind: 'point' })
  expect(placeFor(fromDocument(documentOf([])), known, undefined, [5, 5])).toEqual({ kind: 'point', point: [5, 5], inside: undefined })
})
