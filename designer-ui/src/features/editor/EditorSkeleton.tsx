import { Skeleton } from '@/ui/Skeleton'

/** The shape of the editor while its workflow is on the way. */
export function EditorSkeleton() {
  return (
    <div role="status" aria-label="Loading the workflow" className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-14 shrink-0 items-center gap-3 border-b border-line bg-surface px-4">
        <Skeleton className="h-5 w-48" />
        <span className="flex-1" />
        <Skeleton className="h-8 w-20" />
        <Skeleton className="h-8 w-24" />
      </div>
      <div className="flex flex-1 items-center justify-center gap-24">
        <Skeleton className="h-16 w-56 rounded-lg" />
        <Skeleton className="h-16 w-56 rounded-lg" />
      </div>
    </div>
  )
}
