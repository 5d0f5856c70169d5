/**
 * What the HTTP API sends and takes. Components import these names and nothing else, so that generated types can
 * take their place behind them.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

// ---- The workflow document ----

export interface Document {
  /** Version of the format, 1 today. */
  weft: number
  name: string
  description?: string
  nodes: DocNode[]
  edges: Edge[]
  settings: Settings
}

export interface DocNode {
  /** A readable slug, unique in its document; expressions refer to nodes by it. */
  id: string
  type: string
  name?: string
  params?: Record<string, Json>
  credential?: string
  retry?: Retry
  timeout_ms?: number
  disabled?: boolean
  /** The container this node is in. */
  inside?: string
  /** Position in pixels, relative to the container where there is one. */
  at?: [number, number]
  /** Width and height in pixels, for containers and notes. */
  size?: [number, number]
}

export interface Edge {
  from: string
  /** `out` when absent. */
  port?: string
  to: string
}

export interface Retry {
  attempts: number
  backoff?: 'fixed' | 'exponential'
  first_ms?: number
  max_ms?: number
}

export interface Settings {
  run_timeout_ms?: number
  concurrency?: number
  on_error_workflow?: string
}

// ---- Node types ----

export type Category = 'triggers' | 'logic' | 'data' | 'connectors' | 'code' | 'people' | 'ai'

export type Role = 'trigger' | 'step' | 'container' | 'note'

export interface NodeType {
  /** `if`, or `plugin_id/action_id`. */
  id: string
  title: string
  summary: string
  category: Category
  /** Name of a lucide icon, or a plugin's own `data:image/svg+xml` URL. */
  icon: string
  tags: string[]
  role: Role
  params: JsonSchema
  ports: Ports
  effects: Effects
  idempotent: 'natural' | 'key' | 'no'
  error_port: boolean
  docs: string
}

export type Effects = 'none' | 'read' | 'write'

export interface Port {
  id: string
  title: string
}

export type Ports = { fixed: Port[] } | { from_param: { list: string; field: string; default: Port } }

/** The part of JSON Schema 2020-12 that parameters use, with hints for the form. */
export interface JsonSchema {
  type?: JsonSchemaType | JsonSchemaType[]
  title?: string
  description?: string
  default?: Json
  enum?: Json[]
  const?: Json
  oneOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: boolean | JsonSchema
  items?: JsonSchema
  minItems?: number
  maxItems?: number
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  pattern?: string
  format?: string
  'x-ui'?: UiHints
}

export type JsonSchemaType = 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array' | 'null'

export type Widget =
  | 'text'
  | 'textarea'
  | 'number'
  | 'toggle'
  | 'select'
  | 'list'
  | 'key_value'
  | 'code'
  | 'cron'
  | 'timezone'
  | 'json'
  | 'markdown'

export interface UiHints {
  widget?: Widget
  language?: 'javascript' | 'json'
  placeholder?: string
  advanced?: boolean
  per_item?: boolean
  /** `false` where only plain text makes sense. */
  expression?: boolean
  show_if?: { field: string; equals: Json }
  order?: number
}

// ---- Problems ----

/** One thing wrong with a document. */
export interface Problem {
  node: string | null
  /** JSON pointer into the document, such as `/nodes/1/params/condition`. */
  pointer: string
  code: string
  message: string
  severity: 'error' | 'warning'
}

/** The body of every error of the API: `application/problem+json`. */
export interface ProblemDocument {
  type?: string
  title: string
  status: number
  code: string
  detail: string
  problems?: Problem[]
  /** The field of the request the problem is about. */
  field?: string
  /** JSON pointer into the body of the request. */
  pointer?: string
  /** Where in a template an expression failed, in UTF-16 units. */
  span?: { start: number; end: number }
  /** The workflows that still use what was to be removed. */
  workflows?: { id: string; name: string }[]
  /** The run it happened in. */
  run_id?: string
}

export interface Page<T> {
  items: T[]
  next: string | null
}

// ---- People ----

export interface Me {
  kind: 'user' | 'key'
  name: string
  email: string | null
  workspace: { id: string; name: string }
}

// ---- Workflows ----

export interface Workflow {
  id: string
  name: string
  draft: { document: Document; etag: string }
  published_revision: number | null
  created_at_ms: number
  updated_at_ms: number
}

export interface WorkflowSummary extends Omit<Workflow, 'draft'> {
  triggers: { node: string; type: string; label: string }[]
  last_run: { id: string; status: RunStatus; created_at_ms: number } | null
  /** Of the last 24 hours. */
  run_counts: { succeeded: number; failed: number }
}

export interface SavedDraft {
  etag: string
  problems: Problem[]
}

export interface RevisionSummary {
  number: number
  note: string | null
  created_at_ms: number
  created_by: string
}

export interface Revision extends RevisionSummary {
  document: Document
  lock: Json
}

export interface Example {
  id: string
  name: string
  summary: string
  document: Document
  input: Json
  output: Json
}

// ---- Runs ----

export type RunStatus = 'queued' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled'

export type StepStatus = 'running' | 'waiting' | 'succeeded' | 'failed' | 'skipped' | 'cancelled'

export type TriggerKind = 'manual' | 'api' | 'webhook' | 'schedule'

export interface Run {
  id: string
  workflow_id: string
  workflow_name: string
  /** `null` for a test run of a draft. */
  revision: number | null
  status: RunStatus
  trigger: { kind: TriggerKind; node: string | null; fire_ms?: number }
  input: Json
  output: Json
  error: RunError | null
  created_at_ms: number
  started_at_ms: number | null
  finished_at_ms: number | null
}

export type ErrorKind =
  | 'retryable'
  | 'permanent'
  | 'rate_limited'
  | 'auth'
  | 'invalid_input'
  | 'cancelled'
  | 'timeout'
  | 'expression'
  | 'limit'
  | 'plugin'

export interface RunError {
  kind: ErrorKind
  code: string
  message: string
  node: string | null
  path: string | null
  pointer: string | null
  details: Json
}

export interface Step {
  /** Node id plus loop indices: `each_order[12]/notify`. */
  path: string
  node: string
  type: string
  status: StepStatus
  attempt: number
  port: string | null
  input: Json
  output: Json
  error: RunError | null
  started_at_ms: number | null
  duration_ms: number | null
  /** Absent in live events. */
  logs?: LogLine[]
}

export interface LogLine {
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error'
  message: string
  fields: Json
  at_ms: number
}

export interface StartRun {
  input?: Json
  revision?: number
  draft?: boolean
  trigger?: string
  to?: string
  only?: string
  given?: Record<string, Json>
  wait?: boolean
}

// ---- Schedules ----

export type MissedPolicy = 'none' | 'last' | 'all'

export interface ScheduleRow {
  workflow_id: string
  workflow_name: string
  node: string
  cron: string
  timezone: string
  missed: MissedPolicy
  next_ms: number[]
  last_fired_ms: number | null
}

// ---- Plugins ----

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
  error?: string
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
  triggers?: { id: string; title?: string; kind: string; everyS?: number }[]
}

export interface ManifestCredential {
  slot: string
  type: string
  fields?: Record<string, { secret?: boolean }>
  oauth2?: { scopes?: string[] }
  inject?: { in: string; name: string; hosts?: string[] }[]
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

// ---- Expressions ----

export interface ExpressionContext {
  input?: Json
  steps?: Record<string, Json>
  trigger?: Json
  run?: Json
  vars?: Json
  item?: Json
  index?: number
}
