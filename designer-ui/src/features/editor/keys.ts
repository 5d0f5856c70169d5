/** The editor's keys: one table for the handler and for the `?` sheet. */

import type { ShortcutGroup } from '@/ui/shortcuts'

import type { Direction } from './model/walk'

export type KeyCommand =
  | { kind: 'undo' | 'redo' | 'run' | 'publish' | 'find' | 'settings' }
  | { kind: 'runToHere' | 'palette' | 'open' | 'close' | 'duplicate' | 'toggleDisabled' | 'rename' | 'connect' | 'note' }
  | { kind: 'delete' | 'deleteAndReconnect' | 'selectAll' | 'selectUpstream' | 'selectDownstream' }
  | { kind: 'zoomIn' | 'zoomOut' | 'zoomReset' | 'fitAll' | 'fitSelection' }
  | { kind: 'walk' | 'extend' | 'nudge'; direction: Direction }

type Keys = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>

const ARROWS: Readonly<Record<string, Direction>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' }

/** Commands that also work while writing in a field, where the browser has no use for them. */
export function anywhereCommand(event: Keys): KeyCommand | null {
  if (!isControl(event) || event.altKey) return null
  if (event.key === 'Enter') return { kind: 'run' }
  return event.key.toLowerCase() === 's' && !event.shiftKey ? { kind: 'publish' } : null
}

/** Commands that work wherever no text is being written. */
export function editorCommand(event: Keys): KeyCommand | null {
  if (event.altKey) return null
  if (!isControl(event)) return null
  switch (event.key.toLowerCase()) {
    case 'z':
      return { kind: event.shiftKey ? 'redo' : 'undo' }
    case 'y':
      return { kind: 'redo' }
    case 'f':
      return event.shiftKey ? null : { kind: 'find' }
    case ',':
      return { kind: 'settings' }
    default:
      return null
  }
}

/** Commands of the canvas, for when it has the focus. */
export function canvasCommand(event: Keys): KeyCommand | null {
  if (event.altKey) return null
  const direction = ARROWS[event.key]
  if (isControl(event)) {
    if (direction !== undefined) return { kind: 'nudge', direction }
    return controlCommand(event)
  }
  if (direction !== undefined) return { kind: event.shiftKey ? 'extend' : 'walk', direction }
  if (event.shiftKey) return shiftCommand(event)
  return plainCommand(event)
}

function controlCommand(event: Keys): KeyCommand | null {
  switch (event.key.toLowerCase()) {
    case 'a':
      return { kind: 'selectAll' }
    case 'd':
      return { kind: 'duplicate' }
    case 'delete':
    case 'backspace':
      return { kind: 'deleteAndReconnect' }
    default:
      return null
  }
}

function shiftCommand(event: Keys): KeyCommand | null {
  if (event.code === 'Digit1') return { kind: 'fitSelection' }
  switch (event.key) {
    case 'Enter':
      return { kind: 'runToHere' }
    case '+':
      return { kind: 'zoomIn' }
    case '<':
    case 'U':
      return { kind: 'selectUpstream' }
    case '>':
    case 'J':
      return { kind: 'selectDownstream' }
    default:
      return null
  }
}

function plainCommand(event: Keys): KeyCommand | null {
  switch (event.key) {
    case 'Tab':
      return { kind: 'palette' }
    case 'Enter':
      return { kind: 'open' }
    case 'Escape':
      return { kind: 'close' }
    case 'Delete':
    case 'Backspace':
      return { kind: 'delete' }
    case 'F2':
      return { kind: 'rename' }
    case 'd':
      return { kind: 'toggleDisabled' }
    case 'c':
      return { kind: 'connect' }
    case 'n':
      return { kind: 'note' }
    case '+':
    case '=':
      return { kind: 'zoomIn' }
    case '-':
      return { kind: 'zoomOut' }
    case '0':
      return { kind: 'zoomReset' }
    case '1':
      return { kind: 'fitAll' }
    default:
      return null
  }
}

function isControl(event: Keys): boolean {
  return event.ctrlKey || event.metaKey
}

export const EDITOR_SHORTCUTS: ShortcutGroup = {
  title: 'Workflow editor',
  shortcuts: [
    { keys: ['Tab'], label: 'Add a step' },
    { keys: ['c'], label: 'Connect the step to…' },
    { keys: ['Enter'], label: 'Open the settings' },
    { keys: ['Esc'], label: 'Close, then deselect' },
    { keys: ['F2'], label: 'Rename' },
    { keys: ['d'], label: 'Disable or enable' },
    { keys: ['n'], label: 'Add a note' },
    { keys: ['Del'], label: 'Delete' },
    { keys: ['Ctrl', 'Del'], label: 'Delete and reconnect' },
    { keys: ['Ctrl', 'C'], label: 'Copy (X cuts, V pastes)' },
    { keys: ['Ctrl', 'D'], label: 'Duplicate' },
    { keys: ['Ctrl', 'A'], label: 'Select all' },
    { keys: ['Shift', 'U'], label: 'Select everything before' },
    { keys: ['Shift', 'J'], label: 'Select everything after' },
    { keys: ['Ctrl', 'Z'], label: 'Undo' },
    { keys: ['Ctrl', 'Shift', 'Z'], label: 'Redo' },
    { keys: ['Ctrl', 'F'], label: 'Find a step' },
    { keys: ['←', '→'], label: 'Walk along the lines (Shift adds)' },
    { keys: ['Ctrl', '→'], label: 'Nudge' },
    { keys: ['+'], label: 'Zoom in (- out, 0 to 100 %)' },
    { keys: ['1'], label: 'Show everything' },
    { keys: ['Shift', '1'], label: 'Show the selection' },
    { keys: ['Ctrl', 'Enter'], label: 'Run' },
    { keys: ['Shift', 'Enter'], label: 'Run to this step' },
    { keys: ['Ctrl', 'S'], label: 'Publish' },
    { keys: ['Ctrl', ','], label: 'Workflow settings' },
  ],
}
