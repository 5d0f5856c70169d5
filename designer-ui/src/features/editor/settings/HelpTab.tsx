import { lazy, Suspense } from 'react'

import type { NodeType } from '@/api/types'
import { Skeleton } from '@/ui/Skeleton'

const Markdown = lazy(() => import('@/ui/Markdown'))

/** What the node type says about itself. */
export function HelpTab({ nodeType }: { nodeType: NodeType | undefined }) {
  if (!nodeType) return <p className="text-muted">There is no help for a node type that is not installed.</p>
  const text = nodeType.docs.trim() === '' ? nodeType.summary : nodeType.docs
  return (
    <Suspense fallback={<Skeleton className="h-24 w-full" />}>
      <Markdown text={text} />
    </Suspense>
  )
}
