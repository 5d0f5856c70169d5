import type { ReactNode } from 'react'

import { Card } from '@/ui/Card'
import { Logo } from '@/ui/Logo'

/** The frame of the pages people see before they are signed in. */
export function AuthFrame({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <main className="flex min-h-full flex-col items-center justify-center overflow-y-auto p-4">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex flex-col items-center text-center">
          <Logo className="mb-4 size-11" />
          <h1 className="text-xl font-semibold">{title}</h1>
          <p className="mt-1 text-muted">{lead}</p>
        </div>
        <Card className="p-5">{children}</Card>
      </div>
    </main>
  )
}
