import { describe, expect, it } from 'vitest'

import { possibleTargets, refusal } from './connect'
import { documentOf, orders, types } from './fixtures'
import { absolute, boxOf, containerAt, freePlace, placeAfter, sizeOf } from './geometry'
import { idForType, slug, uniqueId } from './ids'
import { byId, defaultParams, portsOf } from './node_type'
import { fromDocument, reachable } from './open_document'
import { canSplice } from './splice'

const open = fromDocument(orders)
const known = byId(types)

describe('ids', () => {
  it('are readable slugs', () => {
    expect(slug('Größe prüfen!')).toBe('große_prufen'.replace('ß', '_'))
    expect(slug('2nd try')).toBe('step_2nd_try')
    expect(slug('***')).toBe('')
  })

  it('are unique', () => {
    const taken = new Set(['if', 'if_2', 'http_request'])
    const isTaken = (id: string) => taken.has(id)
    expect(idForType('if', isTaken)).toBe('if_3')
    expect(idForType('http/request', isTaken)).toBe('http_request_2')
    expect(idForType('switch', isTaken)).toBe('switch')
    expect(uniqueId('if_2', isTaken)).toBe('if_3')
    expect(uniqueId('x'.repeat(80), (id) => id.length === 64 && !id.includes('_'))).toHaveLength(64)
  })
})

describe('ports', () => {
  it('come from the type, from a parameter, and from lines that are left over', () => {
    const node = { id: 's', type: 'switch', params: { cases: [{ port: 'a', equals: 1 }, { port: 'b' }, { port: 'a' }, {}] } }
    expect(portsOf(node, known.switch).map((port) => port.id)).toEqual(['a', 'b', 'default'])
    expect(portsOf(node, known.switch, ['old', 'a']).map((port) => port.id)).toEqual(['a', 'b', 'default', 'old'])
    expect(portsOf({ id: 'h', type: 'http/request' }, known['http/request']).map((port) => port.id)).toEqual(['out', 'error'])
    expect(portsOf({ id: 'n', type: 'note' }, known.note)).toEqual([])
    expect(portsOf({ id: 'u', type: 'unknown' }, undefined).map((port) => port.id)).toEqual(['out'])
  })
})

it('a new node starts with the defaults of its schema', () => {
  expect(defaultParams(known.set!)).toEqual({ fields: {}, keep: false })
  expect(defaultParams(known.webhook!)).toEqual({ respond: 'at_end' })
})

describe('connecting', () => {
  it('refuses with the reason', () => {
    expect(refusal(open, known, 'big', 'true', 'big')).toMatch(/itself/)
    expect(refusal(open, known, 'big', 'true', 'in')).toMatch(/trigger/i)
    expect(refusal(open, known, 'each', 'out', 'big')).toMatch(/circle/)
    expect(refusal(open, known, 'drop', 'out', 'first')).toMatch(/border/)
    expect(refusal(open, known, 'big', 'true', 'notify')).toMatch(/already/)
    expect(refusal(open, known, 'big', 'false', 'notify')).toBeNull()
  })

  it('lists where a line may lead', () => {
    expect(possibleTargets(open, known, 'drop', 'out')).toEqual(['notify', 'each'])
    expect(possibleTargets(open, known, 'first', 'out')).toEqual([])
  })

  it('splices only free nodes beside the line', () => {
    const doc = fromDocument({ ...orders, nodes: [...orders.nodes, { id: 'free', type: 'set' }, { id: 'start', type: 'manual' }] })
    const edge = { from: 'in', to: 'big' }
    expect(canSplice(doc, 'free', edge, known)).toBe(true)
    expect(canSplice(doc, 'start', edge, known)).toBe(false)
    expect(canSplice(doc, 'drop', edge, known)).toBe(false)
  })

  it('walks up and down', () => {
    expect(reachable(open, ['notify'], 'upstream')).toEqual(['in', 'big'])
    expect(reachable(open, ['big'], 'downstream')).toEqual(['notify', 'drop', 'each'])
  })
})

describe('geometry', () => {
  it('counts container offsets', () => {
    expect(absolute(open, 'second')).toEqual([1328, 64])
    expect(boxOf(open, 'first', known)).toEqual({ x: 1008, y: 64, width: 224, height: 64 })
  })

  it('grows a container with its body', () => {
    const doc = fromDocument(documentOf([{ id: 'l', type: 'for_each', size: [100, 100] }, { id: 'a', type: 'set', inside: 'l', at: [300, 100] }]))
    expect(sizeOf(doc, doc.nodes.l!, known)).toEqual([572, 196])
  })

  it('finds the innermost container', () => {
    const nested = fromDocument(
      documentOf([
        { id: 'a', type: 'for_each', at: [0, 0], size: [800, 600] },
        { id: 'b', type: 'for_each', inside: 'a', at: [100, 100], size: [300, 300] },
      ]),
    )
    expect(containerAt(nested, [150, 150], known)).toBe('b')
    expect(containerAt(nested, [20, 20], known)).toBe('a')
    expect(containerAt(nested, [150, 150], known, ['b'])).toBe('a')
    expect(containerAt(nested, [900, 20], known)).toBeUndefined()
  })

  it('finds room for new nodes', () => {
    expect(placeAfter(open, 'in', 'out', known)).toEqual([320, 144])
    expect(freePlace(open, undefined, [2000, 7], known)).toEqual([2000, 0])
  })
})
