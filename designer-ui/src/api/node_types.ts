import { queryOptions } from '@tanstack/react-query'

import { http } from '@/api/client'
import type { AskOptions, AskSchema, ChoiceList } from '@/api/plugin_types'
import type { JsonSchema, NodeType } from '@/api/types'

export const nodeTypesQuery = queryOptions({
  queryKey: ['node-types'],
  queryFn: async ({ signal }) => (await http.get<{ items: NodeType[] }>('/node-types', { signal })).items,
  staleTime: 60_000,
})

/** What a parameter can be set to, as its plugin says. */
export const askOptions = (body: AskOptions, signal: AbortSignal) => http.post<ChoiceList>('/node-types/options', { body, signal })

/** A schema that depends on other parameters, as its plugin says. */
export const askSchema = async (body: AskSchema, signal: AbortSignal) =>
  (await http.post<{ schema: JsonSchema }>('/node-types/schema', { body, signal })).schema
