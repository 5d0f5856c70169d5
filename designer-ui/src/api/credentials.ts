import { queryOptions } from '@tanstack/react-query'

import { http } from '@/api/client'
import type { Page } from '@/api/types'

/** A credential, without its secrets. */
export interface Credential {
  id: string
  /** What documents call it. */
  name: string
  title: string
  plugin: string
  slot: string
  fields: Record<string, CredentialField>
  created_at_ms: number
  updated_at_ms: number
}

export interface CredentialField {
  secret: boolean
  /** Absent for a secret. */
  value?: string
}

/** A slot of a plugin that a credential can be made for. */
export interface CredentialSlot {
  plugin: string
  plugin_name: string
  slot: string
  type: 'api_key' | 'bearer' | 'basic' | 'oauth2' | 'jwt' | 'custom'
  title: string
  docs: string
  fields: SlotField[]
  hosts: string[]
}

export interface SlotField {
  name: string
  title: string
  description: string
  secret: boolean
  optional: boolean
}

export interface NewCredential {
  name: string
  title: string
  plugin: string
  slot: string
  fields: Record<string, string>
}

/** Whether the service took a credential. */
export interface CredentialReport {
  works: boolean
  /** What the plugin says: whose it is, or what is wrong. */
  message: string
  took_ms: number
}

export const credentialsQuery = queryOptions({
  queryKey: ['credentials'],
  queryFn: ({ signal }) => http.get<Page<Credential>>('/credentials', { signal }),
})

export const credentialSlotsQuery = queryOptions({
  queryKey: ['credentials', 'slots'],
  queryFn: ({ signal }) => http.get<Page<CredentialSlot>>('/credentials/slots', { signal }),
})

export const createCredential = (body: NewCredential) => http.post<Credential>('/credentials', { body })

export const changeCredential = (id: string, body: { title: string; fields: Record<string, string> }) =>
  http.patch<Credential>(`/credentials/${id}`, { body })

export const removeCredential = (id: string) => http.delete(`/credentials/${id}`)

export const testCredential = (id: string) => http.post<CredentialReport>(`/credentials/${id}/test`)
