import { useInfiniteQuery } from '@tanstack/react-query'

import { approvalsQuery } from '@/api/approvals'
import { classNames } from '@/ui/class_names'

const REFRESH_MS = 30_000
const MOST_SHOWN = 99

/** How many approvals wait, beside their link in the navigation. */
export function OpenApprovals({ isNarrow }: { isNarrow: boolean }) {
  const { data } = useInfiniteQuery({ ...approvalsQuery('open'), refetchInterval: REFRESH_MS })
  const count = data?.pages.reduce((sum, page) => sum + page.items.length, 0) ?? 0
  if (count === 0) return null
  const hasMore = data?.pages.at(-1)?.next !== null
  const shown = count > MOST_SHOWN ? `${MOST_SHOWN}+` : `${count}${hasMore ? '+' : ''}`
  return (
    <span
      className={classNames(
        'inline-flex h-4 min-w-4 items-center justify-center rounded-full bg-accent px-1 text-[11px] leading-4 font-semibold text-on-accent tabular',
        'max-sm:absolute max-sm:top-0 max-sm:left-1/2 max-sm:ml-1',
        isNarrow ? 'sm:absolute sm:top-0.5 sm:right-0' : 'sm:ml-auto',
      )}
    >
      <span className="sr-only">{`, ${shown} open`}</span>
      <span aria-hidden>{shown}</span>
    </span>
  )
}
