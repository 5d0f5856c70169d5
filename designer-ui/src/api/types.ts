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
  /** What a failure does when no edge leaves by the port `error`: `fail` when absent. */
  on_error?: OnError
  /** What happens to a call that was under way when the server died; what its type says when absent. */
  after_crash?: AfterCrash
  /** Stands in for the node's output when the draft is run. */
  pinned?: Json
  /** Dotted paths in the output that history does not show. */
  mask?: string[]
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
  /** How much of a pause is left to chance: `half` when absent. */
  jitter?: Jitter
  /** The kinds of errors that are tried again; those that may pass by themselves when absent. */
  on?: ErrorKind[]
}

export type OnError = 'fail' | 'continue'

export type AfterCrash = 'retry' | 'ask'

export type Jitter = 'none' | 'half' | 'full'

export interface Settings {
  run_timeout_ms?: number
  /** How many runs may be live at once. */
  concurrency?: number
  /** How many runs of the same key may be live at once. */
  per_key?: PerKey
  /** What happens to a run above the limit: `allow` when absent. */
  overlap?: Overlap
  priority?: Priority
  on_error_workflow?: string
  /** Names of fields, at any depth, that history does not show. */
  mask?: string[]
  retention?: Retention
}

export interface PerKey {
  /** An expression over `trigger`. */
  key: string
  /** 1 when absent. */
  limit?: number
}

export type Overlap = 'allow' | 'queue' | 'skip' | 'cancel_running'

export type Priority = 'low' | 'normal' | 'high'

/** How long runs are kept, by how they ended; cancelled ones count as failed. */
export interface Retention {
  succeeded?: Keep
  failed?: Keep
}

export interface Keep {
  days?: number
  runs?: number
}

// ---- Node types ----

export type Category = 'triggers' | 'logic' | 'data' | 'connectors' | 'code' | 'people' | 'ai'

export type Role = 'trigger' | 'step' | 'container' | 'cleanup' | 'note'

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
  /** The slot of its plugin for which it needs a credential. */
  credential?: string
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
  | 'duration'
  | 'workflow'

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
  /** Its plugin says what it can be set to. */
  options?: 'dynamic'
  /** Its plugin says what is in it. */
  schema?: 'dynamic'
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

export interface RunPage extends Page<Run> {
  /** A search may have missed runs that came lately. */
  incomplete: boolean
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

export type TriggerKind = 'manual' | 'api' | 'webhook' | 'schedule' | 'poll' | 'workflow' | 'error'

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
  /** The run that called this one, and from which of its steps. */
  parent: { run_id: string; path: string } | null
  /** The run this one tries again. */
  retry_of: string | null
  /** Steps that wait for a person. */
  incidents: number
  events: number
  warning: string | null
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
  /** What a waiting step waits for. */
  waits: StepWait | null
  started_at_ms: number | null
  duration_ms: number | null
  /** Absent in live events. */
  logs?: LogLine[]
}

export interface StepWait {
  kind: 'timer' | 'retry' | 'signal' | 'approval' | 'interrupted' | 'run'
  /** When it goes on by itself. */
  until_ms?: number | null
  /** Name of the signal. */
  signal?: string | null
  /** The run it called. */
  run_id?: string | null
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

export type BulkAction = 'cancel' | 'retry' | 'rerun' | 'delete'

export interface BulkOutcome {
  done: number
  failed: { id: string; code: string; message: string }[]
  /** More runs fit the filter than one request takes. */
  more: boolean
}

export type Resolution = 'retry' | 'done' | 'fail'

// ---- Approvals ----

export interface ApprovalChoice {
  port: string
  title: string
}

export interface Approval {
  run_id: string
  workflow_id: string
  workflow_name: string
  path: string
  node: string
  title: string | null
  /** Markdown. */
  text: string | null
  choices: ApprovalChoice[]
  /** What is asked for besides a choice. */
  fields: JsonSchema | null
  assignee: string | null
  opened_at_ms: number
  expires_at_ms: number | null
  /** When it was answered, or needed no answer any more. */
  closed_at_ms: number | null
  /** Where people without an account answer. */
  url: string
}

export type ApprovalStatus = 'open' | 'answered'

/** An approval as people without an account see it. */
export type PublicApproval = Pick<Approval, 'workflow_name' | 'title' | 'text' | 'choices' | 'fields' | 'assignee' | 'opened_at_ms' | 'expires_at_ms' | 'closed_at_ms'>

export interface ApprovalAnswer {
  choice: string
  data?: Json
  comment?: string
}

// ---- Schedules ----

export type MissedPolicy = 'none' | 'last' | 'all'

export interface ScheduleRow {
  id: string
  workflow_id: string
  workflow_name: string
  node: string
  cron: string
  timezone: string
  missed: MissedPolicy
  /** How old a missed moment may be to be made up for; a day for `last` and without limit for `all` when absent. */
  missed_window_ms: number | null
  /** Each start is moved by less than this. */
  jitter_ms: number
  /** What the workflow does about a run that is still going. */
  overlap: Overlap
  next_ms: number[]
  last_fired_ms: number | null
}

/** A line of a schedule's ledger: a run it started, or moments at which it started none. */
export interface ScheduleFire {
  fire_ms: number
  first_ms: number
  /** How many moments the line stands for, from `first_ms` to `fire_ms`. */
  count: number
  /** Also of runs that are deleted by now. */
  run_id: string | null
  /** Why there is no run, in words. */
  skipped_because: string | null
  /** The same as a stable code. */
  skip_code: string | null
  /** When the run was started, or left out. */
  decided_ms: number | null
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
