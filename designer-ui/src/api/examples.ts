import { queryOptions } from '@tanstack/react-query'

import { http } from '@/api/client'
import type { Example, Page } from '@/api/types'

export const examplesQuery = queryOptions({
  queryKey: ['examples'],
  queryFn: ({ signal }) => http.get<Page<Example>>('/examples', { signal }),
  staleTime: Infinity,
})
