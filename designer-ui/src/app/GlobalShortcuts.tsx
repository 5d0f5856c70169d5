import { useEffect } from 'react'
import { useNavigate } from '@tanstack/react-router'

import { setHelpOpen, useFrame } from '@/app/frame'
import { DESTINATIONS } from '@/app/navigation'
import { ShortcutSheet } from '@/app/ShortcutSheet'
import { isTyping, type ShortcutGroup, useShortcutGroup } from '@/ui/shortcuts'

const EVERYWHERE: ShortcutGroup = {
  title: 'Everywhere',
  shortcuts: [
    ...DESTINATIONS.map(({ key, label }) => ({ keys: ['g', 'then', key], label: `Go to ${label.toLowerCase()}` })),
    { keys: ['/'], label: 'Search this page' },
    { keys: ['?'], label: 'Show this sheet' },
  ],
}

const SECOND_KEY_WITHIN_MS = 1_000

/** Keys that work on every page, and the sheet that lists them. */
export function GlobalShortcuts() {
  const navigate = useNavigate()
  const isHelpOpen = useFrame((frame) => frame.isHelpOpen)
  useShortcutGroup(EVERYWHERE)

  useEffect(() => {
    let goPressedAt = -Infinity
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isDialogOpen()) return
      if (event.key === '?') {
        event.preventDefault()
        setHelpOpen(true)
        return
      }
      if (event.key === '/') {
        const search = document.querySelector<HTMLInputElement>('main input[type=search]')
        if (search === null) return
        event.preventDefault()
        search.focus()
        return
      }
      const destination = DESTINATIONS.find(({ key }) => key === event.key)
      if (destination && event.timeStamp - goPressedAt < SECOND_KEY_WITHIN_MS) {
        event.preventDefault()
        goPressedAt = -Infinity
        void navigate({ to: destination.to })
        return
      }
      goPressedAt = event.key === 'g' ? event.timeStamp : -Infinity
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [navigate])

  return <ShortcutSheet open={isHelpOpen} onOpenChange={setHelpOpen} />
}

function isDialogOpen(): boolean {
  return document.querySelector('[role=dialog], [role=menu]') !== null
}
