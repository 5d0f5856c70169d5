import { describe, expect, it } from 'vitest'

import { insertPath, isBlankTemplate, isTemplate, openBraces, regions, toTemplate } from './template'

function cut(template: string): string[] {
  return regions(template).map(({ kind, start, end }) => `${kind}:${template.slice(start, end)}`)
}

describe('regions', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['plain', ['text:plain']],
    ['{{ a }}', ['expression:{{ a }}']],
    ['x {{ a }} y', ['text:x ', 'expression:{{ a }}', 'text: y']],
    ['{{ {a: {b: 1}} }}!', ['expression:{{ {a: {b: 1}} }}', 'text:!']],
    ['{{ "}}" }}{{ b }}', ['expression:{{ "}}" }}', 'expression:{{ b }}']],
    ["{{ 'it\\'s }}' }}", ["expression:{{ 'it\\'s }}' }}"]],
    ['a {{ open', ['text:a ', 'expression:{{ open']],
  ])('cuts %j', (template, expected) => {
    expect(cut(template)).toEqual(expected)
  })
})

describe('insertPath', () => {
  it.each<[string, string, string]>([
    ['|', 'steps.a', '{{ steps.a }}|'],
    ['Order |', 'steps.a', 'Order {{ steps.a }}|'],
    ['{{ | }}', 'steps.a', '{{ steps.a| }}'],
    ['{{ 1 + |', 'steps.a', '{{ 1 + steps.a|'],
    ['{{ a| }}', 'b', '{{ a b| }}'],
    ['{{ |a }}', 'b', '{{ b |a }}'],
    ['{{ a }}|', 'b', '{{ a }}{{ b }}|'],
    ['|{{ a }}', 'b', '{{ b }}|{{ a }}'],
  ])('puts a path into %j', (before, path, after) => {
    const at = before.indexOf('|')
    const template = before.replace('|', '')
    const { from, to, insert, caret } = insertPath(template, at, at, path)
    const made = template.slice(0, from) + insert + template.slice(to)
    expect(`${made.slice(0, caret)}|${made.slice(caret)}`).toBe(after)
  })
})

describe('toTemplate', () => {
  it.each<[unknown, string]>([
    [undefined, ''],
    ['text', 'text'],
    [5, '{{ 5 }}'],
    [true, '{{ true }}'],
    [{ a: { b: 'x\ny' } }, '{{ { "a": { "b": "x\\ny" } } }}'],
  ])('writes %j', (value, expected) => {
    expect(toTemplate(value)).toBe(expected)
  })
})

it('tells templates from plain values', () => {
  expect(isTemplate('a {{ b }}')).toBe(true)
  expect(isTemplate('a')).toBe(false)
  expect(isTemplate(3)).toBe(false)
  expect(isBlankTemplate('{{  }}')).toBe(true)
  expect(isBlankTemplate('{{ a }}')).toBe(false)
})

it.each<[string, number | null]>([
  ['te|xt', null],
  ['{{ a| }}', 0],
  ['{{ {a: 1| }}', 1],
  ['{{ "{" | }}', 0],
  ['{{ a }}|', null],
  ['{{ a }} x {{ b| }}', 0],
])('counts the open braces in %s', (marked, depth) => {
  expect(openBraces(marked.replace('|', ''), marked.indexOf('|'))).toBe(depth)
})
