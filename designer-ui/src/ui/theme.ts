import { create } from 'zustand'

export type ThemeChoice = 'system' | 'light' | 'dark'

/** Also read by `public/theme.js`, before the first paint. */
const STORAGE_KEY = 'weft.theme'

const systemIsDark = matchMedia('(prefers-color-scheme: dark)')

interface Theme {
  choice: ThemeChoice
  /** What the choice comes to. */
  shown: 'light' | 'dark'
}

export const useTheme = create<Theme>(() => themeOf(storedChoice()))

export function chooseTheme(choice: ThemeChoice): void {
  try {
    localStorage.setItem(STORAGE_KEY, choice)
  } catch {
    // Without storage the choice holds until the page is closed.
  }
  show(themeOf(choice))
}

systemIsDark.addEventListener('change', () => show(themeOf(useTheme.getState().choice)))

function show(theme: Theme): void {
  const { classList } = document.documentElement
  classList.toggle('dark', theme.shown === 'dark')
  classList.toggle('light', theme.shown === 'light')
  useTheme.setState(theme)
}

function themeOf(choice: ThemeChoice): Theme {
  if (choice !== 'system') return { choice, shown: choice }
  return { choice, shown: systemIsDark.matches ? 'dark' : 'light' }
}

function storedChoice(): ThemeChoice {
  try {
    const stored = localStorage.getItem(STORAGE_KEY)
    return stored === 'light' || stored === 'dark' ? stored : 'system'
  } catch {
    return 'system'
  }
}
