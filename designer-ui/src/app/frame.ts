import { create } from 'zustand'

const STORAGE_KEY = 'weft.sidebar'

interface Frame {
  /** The navigation shows icons only. */
  isCollapsed: boolean
  isHelpOpen: boolean
}

export const useFrame = create<Frame>(() => ({ isCollapsed: storedCollapsed(), isHelpOpen: false }))

export function toggleSidebar(): void {
  const isCollapsed = !useFrame.getState().isCollapsed
  useFrame.setState({ isCollapsed })
  try {
    localStorage.setItem(STORAGE_KEY, isCollapsed ? 'collapsed' : 'open')
  } catch {
    // Without storage it holds until the page is closed.
  }
}

export function setHelpOpen(isHelpOpen: boolean): void {
  useFrame.setState({ isHelpOpen })
}

function storedCollapsed(): boolean {
  try {
    return localStorage.getItem(STORAGE_KEY) === 'collapsed'
  } catch {
    return false
  }
}
