import { describe, expect, it } from 'vitest'

import { apply } from './apply'
import { copyText, pasteCommand } from './clipboard'
import { documentOf, orders, types } from './fixtures'
import { readFragment } from './foreign_text'
import { byId } from './node_type'
import { fromDocument } from './open_document'

const open = fromDocument(orders)
const known = byId(types)

function read(text: string) {
  const reading = readFragment(text, known)
  if (reading.kind !== 'fragment') throw new Error(`expected steps, got ${reading.kind}`)
  return reading
}

describe('copy', () => {
  it('writes readable text with bodies and the lines among the chosen', () => {
    const copied = JSON.parse(copyText(open, ['notify', 'each'])) as typeof orders
    expect(copied.weft).toBe(1)
    expect(copied.nodes.map((node) => node.id)).toEqual(['notify', 'each', 'first', 'second'])
    expect(copied.edges).toEqual([{ from: 'notify', to: 'each' }, { from: 'first', to: 'second' }])
  })

  it('leaves credentials and secrets behind', () => {
    const doc = fromDocument(
      documentOf([
        {
          id: 'call',
          type: 'http/request',
          credential: 'prod',
          params: { url: 'https://example.com', headers: { Authorization: 'Bearer abc', 'X-Api-Key': '{{ vars.key }}', Accept: 'text/html' } },
        },
      ]),
    )
    const text = copyText(doc, ['call'])
    expect(text).not.toContain('prod')
    expect(text).not.toContain('Bearer abc')
    expect(text).toContain('{{ vars.key }}')
    expect(text).toContain('text/html')
  })
})

describe('paste', () => {
  it('gives free ids and lets expressions and bodies follow', () => {
    const { fragment, dropped } = read(copyText(open, ['notify', 'each']))
    const doc = apply(open, pasteCommand(open, fragment, { kind: 'beside' }))
    expect(dropped).toEqual([])
    expect(doc.order.slice(7)).toEqual(['notify_2', 'each_2', 'first_2', 'second_2'])
    expect(doc.nodes.second_2).toMatchObject({
      inside: 'each_2',
      params: { fields: { was: '{{ steps.first_2.id + steps["notify_2"].id }}' } },
      at: [368, 64],
    })
    expect(doc.nodes.notify_2?.params).toEqual({ fields: { id: '{{ steps.in.body.id }}' } })
    expect(doc.nodes.notify_2?.at).toEqual([688, 48])
    expect(doc.edges).toContainEqual({ from: 'notify_2', to: 'each_2' })
  })

  it('keeps ids that are free and puts the corner at the point', () => {
    const empty = fromDocument(documentOf([]))
    const { fragment } = read(copyText(open, ['in', 'big']))
    const command = pasteCommand(empty, fragment, { kind: 'point', point: [100, 200], inside: undefined })
    expect(command.nodes.map((node) => [node.id, node.at])).toEqual([
      ['in', [96, 208]],
      ['big', [416, 208]],
    ])
  })

  it('does not mix up ids that trade places', () => {
    const target = fromDocument(documentOf([{ id: 'a', type: 'set' }]))
    const fragment = {
      nodes: [
        { id: 'a', type: 'set' },
        { id: 'a_2', type: 'set', params: { fields: { v: '{{ steps.a.x + steps.a_2.x }}' } } },
      ],
      edges: [],
    }
    const { nodes } = pasteCommand(target, fragment, { kind: 'beside' })
    expect(nodes.map((node) => node.id)).toEqual(['a_2', 'a_3'])
    expect(nodes[1]?.params).toEqual({ fields: { v: '{{ steps.a_2.x + steps.a_3.x }}' } })
  })

  it('pastes into a container', () => {
    const { fragment } = read(copyText(open, ['drop']))
    const { nodes } = pasteCommand(open, fragment, { kind: 'point', point: [64, 96], inside: 'each' })
    expect(nodes[0]).toMatchObject({ id: 'drop_2', inside: 'each', at: [64, 96] })
  })
})

describe('foreign text', () => {
  it('that is no workflow is left to others', () => {
    for (const text of ['', 'hello', '{"a":1}', '[1]', '{ broken', 'https://example.com']) expect(readFragment(text, known).kind).toBe('other')
  })

  it('of another format or without steps is refused with the reason', () => {
    expect(readFragment('{"weft":2,"nodes":[{"type":"set"}]}', known)).toEqual({
      kind: 'refused',
      reason: 'The pasted steps are in format 2; this Weft reads format 1.',
    })
    expect(readFragment('{"weft":1,"nodes":[]}', known)).toMatchObject({ kind: 'refused' })
  })

  it('is taken as far as it fits, and says what was dropped', () => {
    const { fragment, dropped } = read(
      JSON.stringify({
        weft: 1,
        nodes: [
          { id: 'ok', type: 'set', credential: 'mine', colour: 'red', at: ['x', 1], params: [] },
          { id: 'Bad Id', type: 'if', inside: 'nowhere' },
          { id: 'ok', type: 'if' },
          { id: 'far', type: 'slack/post' },
          { name: 'nothing' },
        ],
        edges: [{ from: 'ok', to: 'step_2' }, { from: 'ok', to: 'gone' }, 7],
      }),
    )
    expect(fragment.nodes).toEqual([
      { id: 'ok', type: 'set' },
      { id: 'step_2', type: 'if' },
      { id: 'far', type: 'slack/post' },
    ])
    expect(fragment.edges).toEqual([{ from: 'ok', to: 'step_2' }])
    expect(dropped.join('\n')).toMatch(/credential[\s\S]*unknown fields colour[\s\S]*was there already[\s\S]*not installed[\s\S]*no type[\s\S]*loop “nowhere”[\s\S]*Line 2[\s\S]*Line 3/)
  })
})
