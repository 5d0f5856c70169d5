import { expect, it } from 'vitest'

import { types } from '../model/fixtures'
import { groupsFor, search } from './search'

const find = (query: string) => search(types, query).map((type) => type.id)

it('finds by title, id, tags, summary and synonyms, best first', () => {
  expect(find('webh')[0]).toBe('webhook')
  expect(find('cron')).toEqual(['schedule'])
  expect(find('loop')[0]).toBe('for_each')
  expect(find('condition')[0]).toBe('if')
  expect(find('email')).toEqual(['http/request'])
  expect(find('rest')[0]).toBe('http/request')
  expect(find('http req')[0]).toBe('http/request')
  expect(find('hr')).toEqual(['http/request'])
  expect(find('zzz')).toEqual([])
  expect(find('')).toHaveLength(types.length)
})

it('groups by recents and category, or one list when searching', () => {
  const groups = groupsFor(types, '', ['if', 'gone'])
  expect(groups[0]).toMatchObject({ title: 'Recent', types: [{ id: 'if' }] })
  expect(groups.map((group) => group.title)).toEqual(['Recent', 'Triggers', 'Logic', 'Data', 'Connectors'])
  expect(groupsFor(types, 'set', []).map((group) => group.title)).toEqual(['Results'])
  expect(groupsFor(types, 'zzz', [])).toEqual([])
})
