import { useEffect, useRef } from 'react'
import { Outlet, useRouterState } from '@tanstack/react-router'

import { GlobalShortcuts } from '@/app/GlobalShortcuts'
import { Sidebar } from '@/app/Sidebar'

/** The frame around every page: navigation at the side, the page beside it. */
export function Shell() {
  const main = useRef<HTMLElement>(null)
  // The location whose page is there, not the one still being loaded.
  const pathname = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname })
  useFocusOnRouteChange(main, pathname)
  return (
    <div className="flex h-full max-sm:flex-col">
      <a
        href="#main"
        onClick={(event) => {
          // The hash would be a change of route.
          event.preventDefault()
          main.current?.focus()
        }}
        className="sr-only z-80 rounded-md bg-accent px-3 py-2 font-medium text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <Sidebar />
      <main id="main" ref={main} tabIndex={-1} className="relative flex min-h-0 min-w-0 flex-1 flex-col">
        <Outlet />
      </main>
      <GlobalShortcuts />
    </div>
  )
}

/** Moves the focus to the new page, as a browser does that loads one; readers then tell its title. */
function useFocusOnRouteChange(main: React.RefObject<HTMLElement | null>, pathname: string | undefined): void {
  const previous = useRef(pathname)
  useEffect(() => {
    const isFirst = previous.current === undefined
    if (previous.current === pathname) return
    previous.current = pathname
    if (isFirst) return
    const element = main.current
    if (element === null || hasFocusInside(element)) return
    const target = element.querySelector('h1') ?? element
    target.focus({ preventScroll: true })
  }, [main, pathname])
}

/** A page that took the focus for one of its fields keeps it. */
function hasFocusInside(element: HTMLElement): boolean {
  return document.activeElement !== element && element.contains(document.activeElement)
}
