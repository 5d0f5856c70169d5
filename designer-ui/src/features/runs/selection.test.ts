import { expect, it } from 'vitest'

import { allOf, chosenOf, isChosen, NOTHING, type Selection, stillListed, toggled } from '@/features/runs/selection'

const ORDER = ['a', 'b', 'c', 'd', 'e']

const chosen = (selection: Selection) => ORDER.filter((id) => isChosen(selection, id)).join('')
const press = (selection: Selection, id: string) => toggled(selection, id, ORDER, false)
const shift = (selection: Selection, id: string) => toggled(selection, id, ORDER, true)

it('chooses one by one', () => {
  expect(chosen(press(press(NOTHING, 'b'), 'd'))).toBe('bd')
  expect(chosen(press(press(NOTHING, 'b'), 'b'))).toBe('')
})

it('chooses everything from the last to this one, in both directions', () => {
  expect(chosen(shift(press(NOTHING, 'b'), 'd'))).toBe('bcd')
  expect(chosen(shift(press(NOTHING, 'd'), 'b'))).toBe('bcd')
  expect(chosen(shift(shift(press(NOTHING, 'b'), 'd'), 'e'))).toBe('bcde')
  expect(chosen(shift(NOTHING, 'c'))).toBe('c')
})

it('goes from everything that fits to everything but one', () => {
  expect(chosen(press({ kind: 'all' }, 'c'))).toBe('abde')
})

it('tells the head of the table how much is chosen', () => {
  expect(chosenOf(NOTHING, ORDER)).toBe(false)
  expect(chosenOf(press(NOTHING, 'a'), ORDER)).toBe('some')
  expect(chosenOf(allOf(ORDER), ORDER)).toBe(true)
  expect(chosenOf({ kind: 'all' }, ORDER)).toBe(true)
})

it('lets go of what left the list', () => {
  expect(chosen(stillListed(allOf(ORDER), ['a', 'c', 'z']))).toBe('ac')
  const same = allOf(['a'])
  expect(stillListed(same, ORDER)).toBe(same)
})
