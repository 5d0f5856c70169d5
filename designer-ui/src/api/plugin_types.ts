/** What the HTTP API says of plugins. */

import type { Category, Effects, Json, RunError } from '@/api/types'

export type PluginState = 'needs_grant' | 'enabled' | 'disabled' | 'broken'

export interface Plugin {
  id: string
  name: string
  summary: string
  icon: PluginIcon | string | null
  bundled: boolean
  versions: PluginVersion[]
}

export interface PluginIcon {
  svg?: string
}

export interface PluginVersion {
  version: string
  sha256: string
  size_bytes: number
  state: PluginState
  manifest: Manifest
  uploaded_at_ms: number
  granted: PluginGrant | null
  error?: string
}

/** What was agreed to when a version was enabled. */
export interface PluginGrant {
  hosts: PluginHost[]
  /** Who agreed; empty when it was not written down. */
  by: string
  at_ms: number
}

/** A host with the methods it may be asked by; any when there are none. */
export interface PluginHost {
  pattern: string
  methods: string[]
}

export interface UploadedPlugin {
  id: string
  version: string
  sha256: string
  manifest: Manifest
  state: PluginState
}

/** What a component says about itself; unknown keys are kept by the server and ignored here. */
export interface Manifest {
  manifest: number
  id: string
  version: string
  name: string
  summary?: string
  icon?: PluginIcon | string
  category?: Category
  hosts?: { pattern: string; methods?: string[] }[]
  credentials?: ManifestCredential[]
  actions?: ManifestAction[]
  triggers?: ManifestTrigger[]
}

export interface ManifestTrigger {
  id: string
  title?: string
  summary?: string
  kind: 'poll' | 'webhook'
  /** Seconds between two polls. */
  everyS?: number
  /** Whether the plugin tells the service its address. */
  subscribe?: boolean
  credential?: string
}

export interface ManifestCredential {
  slot: string
  type: string
  title?: string
  fields?: Record<string, ManifestField>
  oauth2?: { token?: string; scopes?: string[] }
  inject?: ManifestInject[]
}

export interface ManifestField {
  secret?: boolean
  title?: string
  /** What a secret is for; sent in both ways when absent. */
  uses?: ('inject' | 'placeholder' | 'hmac' | 'jwt')[]
}

export interface ManifestInject {
  in: 'header' | 'query' | 'basic'
  name?: string
  format?: string
  username?: string
  password?: string
  hosts?: string[]
}

export interface ManifestAction {
  id: string
  title?: string
  summary?: string
  credential?: string
  effects?: Effects
  idempotent?: 'natural' | 'key' | 'no'
  timeoutMs?: number
  limits?: { memoryMiB?: number }
}

// ---- What plugins are asked while a form is filled in ----

/** A node as it is filled in so far. */
export interface Asked {
  /** A node type of a plugin. */
  type: string
  params: Record<string, Json>
  /** The name of the node's credential. */
  credential?: string
}

export interface AskOptions extends Asked {
  field: string
  search?: string
  /** `next` of the page before. */
  cursor?: Json
}

export interface AskSchema extends Asked {
  /** All parameters when absent. */
  field?: string
}

/** Something a parameter can be set to. */
export interface ParameterChoice {
  value: Json
  label: string
  hint?: string
}

export interface ChoiceList {
  items: ParameterChoice[]
  /** Absent when there are no more. */
  next?: Json
}

// ---- Triggers of plugins ----

export type TriggerState = 'working' | 'connecting' | 'failing'

/** A trigger of a plugin in a published workflow. */
export interface PluginTrigger {
  node: string
  /** `plugin/trigger`. */
  type: string
  kind: 'poll' | 'webhook'
  state: TriggerState
  /** Where services send their requests; of a webhook only. */
  url?: string
  /** Whether the plugin tells the service its address. If not, somebody must. */
  subscribes: boolean
  last_ms: number | null
  next_ms: number | null
  failing_since_ms?: number
  error?: RunError
}

/** What a trigger that is polled would start runs with now. */
export interface Sample {
  items: Json[]
}
