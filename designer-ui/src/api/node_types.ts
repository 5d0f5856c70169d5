import { queryOptions } from '@tanstack/react-query'

import { http } from '@/api/client'
import type { NodeType } from '@/api/types'

export const nodeTypesQuery = queryOptions({
  queryKey: ['node-types'],
  queryFn: async ({ signal }) => (await http.get<{ items: NodeType[] }>('/node-types', { signal })).items,
  staleTime: 60_000,
})
