import { expect, it } from 'vitest'

import type { Problem } from '@/api/types'

import { all, here, locate, unclaimed, within } from './problems'

function problem(pointer: string, node: string | null = 'a'): Problem {
  return { node, pointer, code: 'x', message: pointer, severity: 'error' }
}

function pointers(problems: Problem[]): string[] {
  return problems.map(({ pointer }) => pointer)
}

it('sorts problems by what mends them', () => {
  const found = locate(
    [
      problem('/nodes/3/params/cases/0/when'),
      problem('/nodes/3/params'),
      problem('/nodes/3/retry/attempts'),
      problem('/nodes/3/type'),
      problem('/nodes/4/params/path', 'b'),
    ],
    'a',
  )
  expect(pointers(all(found.params))).toEqual(['/nodes/3/params/cases/0/when'])
  expect(pointers(all(found.general))).toEqual(['/nodes/3/retry/attempts'])
  expect(pointers(found.node)).toEqual(['/nodes/3/params', '/nodes/3/type'])
})

it('narrows to fields and elements, also with escaped names', () => {
  const { params } = locate([problem('/nodes/0/params/headers/a~1b~0c'), problem('/nodes/0/params/headers'), problem('/nodes/0/params/url')], 'a')
  const headers = within(params, 'headers')
  expect(pointers(here(headers))).toEqual(['/nodes/0/params/headers'])
  expect(pointers(here(within(headers, 'a/b~c')))).toEqual(['/nodes/0/params/headers/a~1b~0c'])
  expect(pointers(unclaimed(params, new Set(['headers'])))).toEqual(['/nodes/0/params/url'])
})
