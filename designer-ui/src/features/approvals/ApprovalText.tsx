import { lazy, Suspense } from 'react'

import { Skeleton } from '@/ui/Skeleton'

const Markdown = lazy(() => import('@/ui/Markdown'))

/** What is to be decided, as whoever drew the workflow wrote it. */
export function ApprovalText({ text }: { text: string | null }) {
  if (text === null || text.trim() === '') return null
  return (
    <Suspense fallback={<Skeleton className="h-20 w-full" />}>
      <Markdown text={text} />
    </Suspense>
  )
}
