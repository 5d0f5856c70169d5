import type { ReactNode } from 'react'

import { classNames } from '@/ui/class_names'

/** The bar at the top of a page: where one is and what can be done here. */
export function TopBar({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <header className="flex h-14 shrink-0 items-center gap-3 border-b border-line bg-surface px-6 max-sm:px-4">
      <h1 tabIndex={-1} className="min-w-0 flex-1 truncate text-lg font-semibold">
        {title}
      </h1>
      {children !== undefined && <div className="flex items-center gap-2">{children}</div>}
    </header>
  )
}

/** What is below the bar, at a width that is comfortable to read. */
export function PageBody({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className={classNames('mx-auto flex w-full max-w-6xl flex-col gap-4 p-6 max-sm:p-4', className)}>{children}</div>
    </div>
  )
}
