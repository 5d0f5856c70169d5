import { queryOptions } from '@tanstack/react-query'

import { http } from '@/api/client'
import type { Me } from '@/api/types'

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => http.get<Me>('/me', { signal }),
  staleTime: 5 * 60_000,
  retry: false,
})

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => http.get<{ needed: boolean }>('/setup', { signal }),
  staleTime: Infinity,
})

export interface Owner {
  token: string
  name: string
  email: string
  password: string
}

export const setUp = (owner: Owner) => http.post<Me>('/setup', { body: owner })

export const signIn = (credentials: { email: string; password: string }) => http.post<Me>('/session', { body: credentials })

export const signOut = () => http.delete('/session')
