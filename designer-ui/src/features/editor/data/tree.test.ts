import { describe, expect, it } from 'vitest'

import { initiallyOpen, RANGE, visibleRows } from './tree'

function lines(value: unknown, open: string[] = []): string[] {
  return visibleRows(value, 'input', new Set(open)).map((row) => `${'  '.repeat(row.depth)}${row.label} ${row.path ?? '-'}${row.isOpen ? ' open' : ''}`)
}

describe('visibleRows', () => {
  const order = { id: 7, body: { 'first name': 'Ada', tags: ['a', 'b'] }, empty: {} }

  it('shows the first level of a folded value', () => {
    expect(lines(order)).toEqual(['id input.id', 'body input.body', 'empty input.empty'])
  })

  it('shows what is open, with paths an expression can use', () => {
    expect(lines(order, ['input.body', 'input.body.tags'])).toEqual([
      'id input.id',
      'body input.body open',
      '  first name input.body["first name"]',
      '  tags input.body.tags open',
      '    0 input.body.tags[0]',
      '    1 input.body.tags[1]',
      'empty input.empty',
    ])
  })

  it('has no line for a plain value', () => {
    expect(lines('text')).toEqual([])
    expect(lines(null)).toEqual([])
  })

  it('folds long lists into ranges', () => {
    const list = Array.from({ length: 2 * RANGE + 1 }, (_, n) => n)
    expect(lines(list)).toEqual(['0 … 999 -', '1000 … 1999 -', '2000 … 2000 -'])
    expect(lines(list, ['input#2000']).at(-1)).toBe('  2000 input[2000]')
  })

  it('does not look into what is folded', () => {
    const trap = {
      get inside(): never {
        throw new Error('looked')
      },
    }
    expect(lines({ trap })).toEqual(['trap input.trap'])
  })

  it('makes few lines of five megabytes', () => {
    const big = Array.from({ length: 60_000 }, (_, id) => ({ id, name: `customer ${id}`, city: 'Zürich', address: { street: 'Main' } }))
    expect(visibleRows(big, 'input', new Set(['input#0', 'input[0]']))).toHaveLength(60 + 1_000 + 4)
  })
})

it('opens small parts at first and leaves large ones folded', () => {
  const value = { small: { a: 1 }, large: Array.from({ length: 100 }, (_, n) => n), none: {} }
  expect([...initiallyOpen(value, 'input')]).toEqual(['input.small'])
})
