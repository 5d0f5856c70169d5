import { useEffect } from 'react'
import { create } from 'zustand'

export interface Shortcut {
  /** Keys pressed together; `then` between two makes a sequence: `['g', 'then', 'w']`. */
  keys: string[]
  label: string
}

export interface ShortcutGroup {
  title: string
  shortcuts: Shortcut[]
}

interface Shown {
  groups: ShortcutGroup[]
}

/** What the `?` sheet lists: the groups of everything on the page. */
export const useShownShortcuts = create<Shown>(() => ({ groups: [] }))

/** Lists a group in the `?` sheet while the calling component is on the page. `group` must keep its identity. */
export function useShortcutGroup(group: ShortcutGroup): void {
  useEffect(() => {
    useShownShortcuts.setState(({ groups }) => ({ groups: [...groups, group] }))
    return () => useShownShortcuts.setState(({ groups }) => ({ groups: groups.filter((each) => each !== group) }))
  }, [group])
}

/** Whether a key pressed there belongs to the text being written. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.closest('input, textarea, select, [contenteditable=true]') !== null)
}
