import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, it, vi } from 'vitest'

import type { NodeType } from '@/api/types'
import { TooltipProvider } from '@/ui/Tooltip'

import { types } from '../model/fixtures'
import { type Fit, Palette } from './Palette'

// What was added before would be offered first.
beforeEach(() => localStorage.clear())

function open(fit: Fit = 'any') {
  const onChoose = vi.fn<(type: NodeType) => void>()
  const onClose = vi.fn()
  render(
    <TooltipProvider>
      <Palette types={types} fit={fit} where="after “big”" onChoose={onChoose} onClose={onClose} />
    </TooltipProvider>,
  )
  return { onChoose, onClose, user: userEvent.setup() }
}

const options = () => screen.queryAllByRole('option').map((option) => option.querySelector('.font-medium')?.textContent)

it('is a dialog with a search box that has the focus', () => {
  open()
  expect(screen.getByRole('dialog', { name: 'Add a step' })).toBeTruthy()
  expect(document.activeElement).toBe(screen.getByRole('searchbox', { name: 'Search steps' }))
  expect(screen.getByRole('option', { name: 'If' })).toBeTruthy()
})

it('finds by typing and adds by Enter', async () => {
  const { onChoose, user } = open()
  await user.keyboard('loop')
  expect(options()[0]).toBe('For each')
  expect(screen.getByText(/Adds “For each” after “big”/)).toBeTruthy()
  await user.keyboard('{Enter}')
  expect(onChoose.mock.calls[0]?.[0].id).toBe('for_each')
})

it('moves by arrows, round the end', async () => {
  const { onChoose, user } = open()
  await user.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}{Enter}')
  expect(onChoose.mock.calls[0]?.[0].id).toBe('webhook')
  await user.keyboard('{ArrowUp}{ArrowUp}{Enter}')
  expect(onChoose.mock.calls[1]?.[0].id).toBe(types.findLast((type) => type.category === 'connectors')?.id)
})

it('offers on a line only what fits on it', async () => {
  const { user } = open('on_line')
  expect(options()).not.toContain('Webhook')
  expect(options()).not.toContain('Note')
  await user.keyboard('zzz')
  expect(screen.getByText(/No step is called/)).toBeTruthy()
})

it('closes by Escape', async () => {
  const { onClose, user } = open()
  await user.keyboard('{Escape}')
  expect(onClose).toHaveBeenCalled()
})
