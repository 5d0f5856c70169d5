import { describe, expect, it } from 'vitest'

import { apply } from './apply'
import type { Command } from './commands'
import { edgeKey } from './document'
import { documentOf, orders, types } from './fixtures'
import { byId } from './node_type'
import { fromDocument, type OpenDocument, toDocument } from './open_document'
import { spliceCommand } from './splice'

const open = fromDocument(orders)
const lines = (doc: OpenDocument) => doc.edges.map(edgeKey)
const after = (command: Command, doc = open) => apply(doc, command)

describe('opening and closing', () => {
  it('loses nothing', () => {
    expect(toDocument(fromDocument(orders))).toEqual(orders)
    expect(toDocument(open).nodes.map((node) => node.id)).toEqual(orders.nodes.map((node) => node.id))
  })

  it('keeps both of two nodes with one id', () => {
    const doc = fromDocument(documentOf([{ id: 'a', type: 'set' }, { id: 'a', type: 'if' }, { id: 'a_2', type: 'set' }]))
    expect(doc.order).toEqual(['a', 'a_3', 'a_2'])
    expect(doc.nodes.a_3?.type).toBe('if')
  })
})

describe('commands', () => {
  it('that change nothing give back the same document', () => {
    expect(after({ type: 'move', to: { in: [0, 0] } })).toBe(open)
    expect(after({ type: 'connect', edge: { from: 'in', to: 'big' } })).toBe(open)
    expect(after({ type: 'connect', edge: { from: 'in', to: 'nobody' } })).toBe(open)
    expect(after({ type: 'disconnect', edges: [{ from: 'in', to: 'drop' }] })).toBe(open)
    expect(after({ type: 'remove', ids: ['nobody'] })).toBe(open)
    expect(after({ type: 'setDisabled', ids: ['in'], disabled: false })).toBe(open)
  })

  it('connect and disconnect', () => {
    const joined = after({ type: 'connect', edge: { from: 'drop', to: 'each' } })
    expect(lines(joined)).toContain('drop:out>each')
    expect(lines(after({ type: 'disconnect', edges: [{ from: 'drop', port: 'out', to: 'each' }] }, joined))).toEqual(lines(open))
  })

  it('move leaves other nodes as they are', () => {
    const moved = after({ type: 'move', to: { drop: [16, 32] } })
    expect(moved.nodes.drop?.at).toEqual([16, 32])
    expect(moved.nodes.in).toBe(open.nodes.in)
  })

  it('remove takes the body of a container and the edges along', () => {
    const doc = after({ type: 'remove', ids: ['each'] })
    expect(doc.order).toEqual(['in', 'big', 'notify', 'drop'])
    expect(lines(doc)).toEqual(['in:out>big', 'big:true>notify', 'big:false>drop'])
  })

  it('removeAndReconnect joins what is left', () => {
    expect(lines(after({ type: 'removeAndReconnect', ids: ['notify'] }))).toContain('big:true>each')
    const chain = after({ type: 'removeAndReconnect', ids: ['big', 'notify'] })
    expect(lines(chain)).toEqual(['first:out>second', 'in:out>drop', 'in:out>each'])
  })

  it('set parameters and fields', () => {
    expect(after({ type: 'setParam', id: 'in', key: 'method', value: 'POST' }).nodes.in?.params).toEqual({ path: 'orders', method: 'POST' })
    expect(after({ type: 'setParams', id: 'in', params: {} }).nodes.in?.params).toEqual({})
    expect(after({ type: 'setNodeField', id: 'in', field: 'name', value: 'Orders' }).nodes.in?.name).toBe('Orders')
    expect('credential' in (after({ type: 'setNodeField', id: 'notify', field: 'credential', value: undefined }).nodes.notify ?? {})).toBe(false)
    expect('disabled' in (after({ type: 'setNodeField', id: 'in', field: 'disabled', value: false }).nodes.in ?? {})).toBe(false)
  })

  it('disable several at once', () => {
    const doc = after({ type: 'setDisabled', ids: ['notify', 'drop'], disabled: true })
    expect([doc.nodes.notify?.disabled, doc.nodes.drop?.disabled]).toEqual([true, true])
    expect(toDocument(after({ type: 'setDisabled', ids: ['notify', 'drop'], disabled: false }, doc))).toEqual(orders)
  })

  it('splice puts a node on a line and makes room', () => {
    const added = after({ type: 'add', nodes: [{ id: 'extra', type: 'if', at: [560, 0] }], edges: [] })
    const doc = apply(added, spliceCommand(added, 'extra', { from: 'big', port: 'true', to: 'notify' }, byId(types)))
    expect(lines(doc)).toEqual(['in:out>big', 'big:true>extra', 'extra:true>notify', 'big:false>drop', 'notify:out>each', 'first:out>second'])
    expect(doc.nodes.notify?.at?.[0]).toBeGreaterThanOrEqual(560 + 224 + 32)
    expect(doc.nodes.each?.at?.[0]).toBeGreaterThan(960)
    expect(doc.nodes.drop?.at).toEqual([640, 160])
  })

  it('setInside cuts the lines that would cross the border', () => {
    const doc = after({ type: 'setInside', ids: ['notify'], inside: 'each', at: { notify: [64, 96] } })
    expect(doc.nodes.notify).toMatchObject({ inside: 'each', at: [64, 96] })
    expect(lines(doc)).toEqual(['in:out>big', 'big:false>drop', 'first:out>second'])
    const out = after({ type: 'setInside', ids: ['first', 'second'], inside: undefined, at: {} })
    expect('inside' in (out.nodes.first ?? {})).toBe(false)
    expect(lines(out)).toContain('first:out>second')
  })

  it('setInside does not put a container into itself', () => {
    expect(after({ type: 'setInside', ids: ['each'], inside: 'each', at: {} })).toBe(open)
  })

  it('batch applies in order', () => {
    const doc = after({
      type: 'batch',
      label: 'Add If',
      commands: [
        { type: 'add', nodes: [{ id: 'x', type: 'if' }], edges: [] },
        { type: 'connect', edge: { from: 'drop', to: 'x' } },
        { type: 'setName', name: 'Renamed' },
        { type: 'setSettings', settings: { concurrency: 2 } },
      ],
    })
    expect(lines(doc)).toContain('drop:out>x')
    expect(toDocument(doc)).toMatchObject({ name: 'Renamed', settings: { concurrency: 2 } })
  })
})

describe('rename', () => {
  const renamed = after({ type: 'rename', from: 'notify', to: 'tell' })

  it('moves edges, order and bodies along', () => {
    expect(renamed.order).toEqual(['in', 'big', 'tell', 'drop', 'each', 'first', 'second'])
    expect(lines(renamed)).toContain('tell:out>each')
    const container = after({ type: 'rename', from: 'each', to: 'row' })
    expect(container.nodes.first?.inside).toBe('row')
  })

  it('rewrites expressions and nothing else', () => {
    expect(renamed.nodes.second?.params).toEqual({ fields: { was: '{{ steps.first.id + steps["tell"].id }}' } })
    expect(after({ type: 'rename', from: 'in', to: 'order_in' }).nodes.each?.params).toEqual({ list: '{{ steps.order_in.body.rows }}' })
    expect(renamed.nodes.in).toBe(open.nodes.in)
  })

  it('takes the parameters the core rewrote', () => {
    const doc = after({ type: 'rename', from: 'notify', to: 'tell', params: { second: { fields: { was: 'from the core' } } } })
    expect(doc.nodes.second?.params).toEqual({ fields: { was: 'from the core' } })
    expect(doc.nodes.tell?.params).toBe(open.nodes.notify?.params)
  })

  it('refuses what is taken or no slug', () => {
    expect(after({ type: 'rename', from: 'notify', to: 'big' })).toBe(open)
    expect(after({ type: 'rename', from: 'notify', to: 'Not A Slug' })).toBe(open)
  })
})
