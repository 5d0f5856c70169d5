import { expect, it } from 'vitest'

import { MOST_MATCHES, search } from './search'

function find(value: unknown, words: string): string[] {
  const walk = search(value, 'steps.a', words)
  for (;;) {
    const step = walk.next()
    if (step.done) return step.value.map(({ path }) => path)
  }
}

const data = { body: { Total: 120, lines: [{ name: 'Tea' }, { name: 'Total rest' }] }, ok: true, none: null }

it.each<[string, string[]]>([
  ['total', ['steps.a.body.Total', 'steps.a.body.lines[1].name']],
  ['TEA', ['steps.a.body.lines[0].name']],
  ['12', ['steps.a.body.Total']],
  ['true', ['steps.a.ok']],
  ['null', ['steps.a.none']],
  ['nothing', []],
])('finds %j in names and values', (words, paths) => {
  expect(find(data, words)).toEqual(paths)
})

it('stops when there are too many', () => {
  expect(find(Array.from({ length: 5_000 }, () => 'x'), 'x')).toHaveLength(MOST_MATCHES)
})
