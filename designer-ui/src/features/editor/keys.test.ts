import { expect, it } from 'vitest'

import { anywhereCommand, canvasCommand, editorCommand } from './keys'

function press(text: string) {
  const parts = text.split('-')
  const key = parts.at(-1) ?? ''
  return {
    key: key === '' ? '-' : key,
    code: key === '1' || key === '!' ? 'Digit1' : '',
    ctrlKey: parts.includes('Ctrl'),
    metaKey: parts.includes('Meta'),
    shiftKey: parts.includes('Shift'),
    altKey: parts.includes('Alt'),
  }
}

it('knows the default keys', () => {
  const expected: [string, string][] = [
    ['Tab', 'palette'],
    ['Enter', 'open'],
    ['Escape', 'close'],
    ['Delete', 'delete'],
    ['Ctrl-Delete', 'deleteAndReconnect'],
    ['d', 'toggleDisabled'],
    ['Ctrl-d', 'duplicate'],
    ['Ctrl-a', 'selectAll'],
    ['F2', 'rename'],
    ['n', 'note'],
    ['c', 'connect'],
    ['Shift-Enter', 'runToHere'],
    ['ArrowLeft', 'walk'],
    ['Shift-ArrowLeft', 'extend'],
    ['Ctrl-ArrowLeft', 'nudge'],
    ['+', 'zoomIn'],
    ['0', 'zoomReset'],
    ['1', 'fitAll'],
    ['Shift-!', 'fitSelection'],
  ]
  for (const [keys, kind] of expected) expect(canvasCommand(press(keys))?.kind, keys).toBe(kind)
})

it('leaves the clipboard and Alt to the browser', () => {
  for (const keys of ['Ctrl-c', 'Ctrl-v', 'Ctrl-x', 'Alt-d', 'x']) expect(canvasCommand(press(keys)), keys).toBeNull()
})

it('undoes outside of text and saves anywhere', () => {
  expect(editorCommand(press('Ctrl-z'))?.kind).toBe('undo')
  expect(editorCommand(press('Ctrl-Shift-Z'))?.kind).toBe('redo')
  expect(editorCommand(press('Meta-y'))?.kind).toBe('redo')
  expect(editorCommand(press('z'))).toBeNull()
  expect(editorCommand(press('Ctrl-,'))?.kind).toBe('settings')
  expect(anywhereCommand(press('Ctrl-s'))?.kind).toBe('publish')
  expect(anywhereCommand(press('Ctrl-Enter'))?.kind).toBe('run')
  expect(anywhereCommand(press('Ctrl-z'))).toBeNull()
})
