import { expect, it } from 'vitest'

import { pathAt, wholePathAt } from './hover'

/** The path under the character after `|`. */
function at(marked: string): string | null {
  return pathAt(marked.replace('|', ''), marked.indexOf('|'))?.text ?? null
}

it.each<[string, string | null]>([
  ['{{ st|eps.a.body }}', 'steps'],
  ['{{ steps.a.bo|dy.id }}', 'steps.a.body'],
  ['{{ steps.a["first na|me"].x }}', 'steps.a["first name"]'],
  ['{{ input.rows[1|2].x }}', 'input.rows[12]'],
  ['{{ a.b + c?.d|d }}', 'c?.dd'],
  ['{{ f(x).y|z }}', null],
  ['te|xt {{ a }}', null],
  ['x {{ a }} {{ b.c|c }}', 'b.cc'],
])('finds the path in %s', (marked, path) => {
  expect(at(marked)).toBe(path)
})

it('finds all of a path from its middle', () => {
  expect(wholePathAt('{{ steps.a.body.id + 1 }}', 10)).toEqual({ text: 'steps.a.body.id', start: 3, end: 18 })
})
