import { Skeleton } from '@/ui/Skeleton'

/** The shape of a page that is on its way. */
export function PagePending() {
  return (
    <div role="status" aria-label="Loading the page" className="flex flex-1 flex-col">
      <div className="flex h-14 shrink-0 items-center border-b border-line bg-surface px-6">
        <Skeleton className="h-5 w-40" />
      </div>
      <div className="mx-auto flex w-full max-w-6xl flex-col gap-4 p-6">
        <Skeleton className="h-8 w-64" />
        <Skeleton className="h-64 w-full rounded-lg" />
      </div>
    </div>
  )
}
