import { expect, it } from 'vitest'

import { apply } from './apply'
import { edgeKey } from './document'
import { dropCommand } from './drop'
import { documentOf, orders, types } from './fixtures'
import { byId } from './node_type'
import { fromDocument } from './open_document'

const open = fromDocument(orders)
const known = byId(types)

function drop(to: Record<string, [number, number]>, onto: Parameters<typeof dropCommand>[3] = null, doc = open) {
  return apply(doc, dropCommand(doc, known, to, onto))
}

it('on empty canvas is a move', () => {
  expect(drop({ drop: [640, 320] }).nodes.drop).toEqual({ id: 'drop', type: 'set', at: [640, 320] })
})

it('in a loop puts it in', () => {
  expect(drop({ drop: [1040, 80] }).nodes.drop).toMatchObject({ inside: 'each', at: [80, 80] })
})

it('out of a loop takes it out and cuts its lines', () => {
  const doc = drop({ first: [48, 600] })
  expect(doc.nodes.first).toEqual({ id: 'first', type: 'set', at: [1008, 600] })
  expect(doc.edges.map(edgeKey)).not.toContain('first:out>second')
})

it('several together keep the lines among them', () => {
  const doc = drop({ first: [48, 600], second: [368, 600] })
  expect(doc.edges.map(edgeKey)).toContain('first:out>second')
})

it('a loop takes its body along', () => {
  const doc = drop({ each: [960, 400] })
  expect(doc.nodes.first).toBe(open.nodes.first)
})

it('on a line puts it between', () => {
  const doc = fromDocument(documentOf([...orders.nodes, { id: 'free', type: 'set', at: [0, 500] }], orders.edges))
  const next = drop({ free: [200, 0] }, { from: 'in', to: 'big' }, doc)
  expect(next.edges.map(edgeKey)).toEqual(expect.arrayContaining(['in:out>free', 'free:out>big']))
  const inLoop = drop({ free: [1200, 64] }, { from: 'first', to: 'second' }, doc)
  expect(inLoop.nodes.free).toMatchObject({ inside: 'each' })
  expect(inLoop.edges.map(edgeKey)).toEqual(expect.arrayContaining(['first:out>free', 'free:out>second']))
})
