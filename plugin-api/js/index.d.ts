// What authors of plugins use. Every call is synchronous: requests, files and kept values are there when the function
// returns, and there is nothing to await.

/// <reference path="./wit.d.ts" />

/** What JSON can say. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** JSON Schema 2020-12 of a parameter or value, with hints for the form under `x-ui`. */
export interface Schema {
  readonly type?: 'string' | 'number' | 'integer' | 'boolean' | 'null' | 'array' | 'object'
  readonly title?: string
  readonly description?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly items?: Schema
  readonly properties?: { readonly [name: string]: Schema }
  readonly required?: readonly string[]
  readonly 'x-ui'?: { readonly [hint: string]: unknown }
  readonly [keyword: string]: unknown
}

/** The type of what a schema describes, as far as `type`, `properties`, `required`, `items`, `enum` and `const` say it. */
export type FromSchema<S> = S extends { readonly const: infer C }
  ? C
  : S extends { readonly enum: readonly (infer E)[] }
    ? E
    : S extends { readonly type: 'string' }
      ? string
      : S extends { readonly type: 'number' | 'integer' }
        ? number
        : S extends { readonly type: 'boolean' }
          ? boolean
          : S extends { readonly type: 'null' }
            ? null
            : S extends { readonly type: 'array' }
              ? S extends { readonly items: infer I }
                ? FromSchema<I>[]
                : any[]
              : S extends { readonly properties: infer P }
                ? Fields<P, S extends { readonly required: readonly (infer R)[] } ? R : never>
                : S extends { readonly type: 'object' }
                  ? { [name: string]: any }
                  : any

type Fields<P, R> = Flat<
  { -readonly [K in keyof P as K extends R ? K : never]: FromSchema<P[K]> } & {
    -readonly [K in keyof P as K extends R ? never : K]?: FromSchema<P[K]>
  }
>
type Flat<T> = { [K in keyof T]: T[K] }

/** An action's or trigger's parameters; without a schema, anything. */
export type Params<S> = [S] extends [never] ? any : FromSchema<S>

/** One call of an action, or of a trigger that polls. */
export interface Call {
  /** The id of the action or trigger. */
  readonly action: string
  /** The same on every retry of one logical call. Send it to services that know idempotency keys. */
  readonly idempotencyKey: string
  /** 1 for the first try. */
  readonly attempt: number
  /** How long the call may take, in milliseconds from its start. */
  readonly deadlineMs: number
  /** Check and explain, but change nothing outside. */
  readonly dryRun: boolean
  readonly params: any
  /** The values the call is about. There is always at least one, and more only with `maxBatch`. */
  readonly items: any[]
  /** The first item. */
  readonly item: any
  /** What the previous page, or the previous poll, left with `Outcome.next`; absent the first time. */
  readonly cursor: any
  /** Whether the run is to end: a long call stops at the next good moment by throwing `StepError.cancelled()`. */
  isCancelled(): boolean
  /** Computes one value for each item. The first error ends the call. */
  answer(compute: (item: any) => unknown): Outcome
  /** Computes one value for each item. An item whose function throws fails, and the others go on. */
  answerEach(compute: (item: any) => unknown): Outcome
}

/** The values a call produced, and where to go on when there is more. */
export class Outcome {
  /** One value: what most actions answer, so that returning the value itself means the same. */
  static one(value: unknown): Outcome
  /** Several values for one item: a page of a list, what a poll found, what a webhook brought. */
  static list(values: Iterable<unknown>): Outcome
  /** Adds a value for the first item, which is the only one unless the action takes batches. */
  push(value: unknown): this
  /** Adds a value for the item at this place of `call.items`. */
  pushFor(item: number, value: unknown): this
  /** Says that the item at this place failed; the others of its batch did not. */
  failItem(item: number, error: unknown): this
  /**
   * Says that there is another page. The host keeps this one and calls again with the cursor. Of a poll it is where the
   * next poll goes on, stored together with the runs that its values start.
   */
  next(cursor: unknown): this
  /** Adds a fact about the call itself, which is no value of it. */
  meta(key: string, value: unknown): this
  /** Of a poll: there is more already, so ask again at once. */
  more(): this
  /** The values, for tests. */
  readonly values: any[]
  /** The items that failed, each with its place, for tests. */
  readonly failures: [number, StepError][]
  /** Where it goes on, for tests. */
  readonly cursor: any
  /** Whether a poll asked to be called again at once, for tests. */
  readonly hasMore: boolean
}

/** What the engine may do about an error. */
export type ErrorKind = 'retryable' | 'permanent' | 'rate-limited' | 'auth' | 'invalid-input' | 'cancelled'

/** What else an error may say. */
export interface ErrorFacts {
  /** Not to be tried again before so many milliseconds. */
  retryAfterMs?: number
  /** JSON pointer (`/name`) to the parameter that is wrong, so that the form can show it there. */
  pointer?: string
  /** Facts for programs: a status, an excerpt of a body. */
  details?: unknown
}

/** Why a call failed. Anything else that is thrown becomes a permanent error with the code `uncaught_error`. */
export class StepError extends Error {
  /** The code is yours, stable, in `snake_case`; the message is for people. */
  constructor(kind: ErrorKind, code: string, message: string, facts?: ErrorFacts)
  readonly kind: ErrorKind
  readonly code: string
  readonly retryAfterMs: number | null
  readonly pointer: string | null
  readonly details: unknown
  /** Trying again may help. */
  static retryable(code: string, message: string, facts?: ErrorFacts): StepError
  /** Trying again does not help. */
  static permanent(code: string, message: string, facts?: ErrorFacts): StepError
  /** Trying again helps after so many milliseconds; the host chooses the time when there is none. */
  static rateLimited(code: string, message: string, retryAfterMs?: number, facts?: ErrorFacts): StepError
  /** The credential is missing, wrong or not allowed to do this. */
  static auth(code: string, message: string, facts?: ErrorFacts): StepError
  /** A parameter is wrong; the JSON pointer says which one. */
  static invalidInput(pointer: string, message: string, facts?: ErrorFacts): StepError
  /** The call ended early because it was asked to. */
  static cancelled(): StepError
}

/** One choice of a drop-down; a plain value is its own label. */
export type Choice = string | number | { value: unknown; label?: string; hint?: string }

/** Choices, or a page of them and the cursor of the next one. */
export type Choices = Choice[] | { items: Choice[]; next?: unknown }

/** Keys that actions and triggers share. Other keys of the manifest may be given as well. */
interface Node<S extends Schema> {
  /** What people read in the palette. */
  title: string
  /** One line for the palette. */
  summary?: string
  /** Help in Markdown. */
  docs?: string
  tags?: readonly string[]
  /** The name of an icon of the designer's set, or an SVG text without scripts. */
  icon?: string | { svg: string }
  /** The slot of the credential it needs. */
  credential?: string
  /** The schema of the parameters. The form follows from it, and so does the host's check. */
  input?: S
  /** The schema of each value. */
  output?: Schema
  /** How long a call may take, in milliseconds. */
  timeoutMs?: number
  limits?: { memoryMiB?: number; cpuMs?: number }
  /** The choices of parameters that are drop-downs, by the parameter's name. */
  options?: { [field: string]: (params: Partial<Params<S>>, question: { search?: string; cursor?: any }) => Choices }
  /** The schema of a parameter with `"x-ui": { "schema": "dynamic" }`, or of all of them, which depends on the others. */
  schema?(params: Partial<Params<S>>, field?: string): Schema
  readonly [key: string]: unknown
}

/** What an action changes outside: nothing, or something, and then what a repetition after a crash means. */
export type Effects =
  | { effects: 'none' | 'read'; idempotent?: 'natural' | 'key' | 'no' }
  | {
      effects: 'write'
      /** `natural`: harmless. `key`: the action passes `call.idempotencyKey` on. `no`: never repeated; a person decides. */
      idempotent: 'natural' | 'key' | 'no'
    }

export type Action<S extends Schema = Schema> = Node<S> &
  Effects & {
    /** How many items one call may carry. One, unless said otherwise. */
    maxBatch?: number
    /** Carries out one call. The host has checked the parameters. A value is the answer for the one item. */
    run(params: Params<S>, call: Call): unknown
  }

export type PollTrigger<S extends Schema = Schema> = Node<S> & {
  /** How often it polls, in seconds. 60, unless said otherwise. */
  everyS?: number
  /** A JSON pointer into each value, such as `/id`: a value whose id has started a run starts no other. */
  dedupe?: string
  /**
   * Looks for what is new since `call.cursor`. Each value starts a run. The first time there is no cursor: remember where
   * things stand, and return nothing.
   */
  poll(params: Params<S>, call: Call): Outcome | unknown[]
}

export type WebhookTrigger<S extends Schema = Schema> = Node<S> & {
  dedupe?: string
  /** Says what a request to the trigger's address means. It has no network. */
  handle(params: Params<S>, inbound: Inbound): Verdict
  /** Asks a service to call this URL from now on. What is returned is handed to `unsubscribe` one day. */
  subscribe?(params: Params<S>, url: string): unknown
  /** Asks a service to call no more. A subscription that is gone already is no error. */
  unsubscribe?(params: Params<S>, subscription: any): void
}

/** A field of a credential. */
export interface Field {
  title?: string
  description?: string
  /** A secret (unless said otherwise) never enters the plugin. */
  secret?: boolean
  optional?: boolean
  /** What a secret is for. One that signs goes nowhere. */
  uses?: readonly ('inject' | 'placeholder' | 'hmac' | 'jwt')[]
  jwt?: { alg: 'HS256' | 'RS256' | 'ES256'; kid?: string }
}

/** How requests that name the slot as their `auth` are changed on their way out. `{field}` stands for a field's value. */
export type Inject =
  | { in: 'header' | 'query'; name: string; format: string; hosts: readonly string[] }
  | { in: 'basic'; username: string; password: string; hosts: readonly string[] }

export interface Credential {
  type: 'api_key' | 'bearer' | 'basic' | 'oauth2' | 'jwt' | 'custom'
  title?: string
  /** Help in Markdown: where one gets it. */
  docs?: string
  fields?: { [name: string]: Field }
  oauth2?: { authorize?: string; token: string; scopes?: readonly string[]; [key: string]: unknown }
  inject?: readonly Inject[]
  /** Tries the credential, and says in a few words whose it is. */
  test?(): string
  readonly [key: string]: unknown
}

export interface PluginDeclaration {
  /** `snake_case`, with dots between publisher and name: `acme.parcels`. */
  id: string
  /** Semantic version. */
  version: string
  name: string
  /** One line for lists. */
  summary?: string
  icon?: string | { svg: string }
  category?: 'connectors' | 'data' | 'logic' | 'code' | 'ai'
  /** The hosts it may talk to, once whoever installs it has granted them: `https://api.example.com`. */
  hosts?: readonly (string | { pattern: string; methods?: readonly string[] })[]
  /** By slot. */
  credentials?: { [slot: string]: Credential }
  /** By id; made with `action(…)`. */
  actions?: { [id: string]: Action<any> }
  /** By id; made with `poll(…)` or `webhook(…)`. */
  triggers?: { [id: string]: Declared<PollTrigger<any>> | Declared<WebhookTrigger<any>> }
  readonly [key: string]: unknown
}

type Declared<T> = T & { kind: 'poll' | 'webhook' }

/** The exports of the component: `export const { metadata, actions, dynamic, polling, webhooks } = definePlugin({ … })`. */
export interface PluginExports {
  metadata: { describe(): string }
  actions: { run(call: unknown): unknown }
  dynamic: {
    options(action: string, field: string, params: string, search: string | null, cursor: string | null): unknown
    schema(action: string, field: string | null, params: string): string
    testCredential(slot: string): string
  }
  polling: { poll(call: unknown): unknown }
  webhooks: {
    handle(inbound: unknown): unknown
    subscribe(action: string, params: string, url: string): string
    unsubscribe(action: string, params: string, subscription: string): void
  }
}

/** Makes the plugin of its declaration, which is the manifest and the code in one. */
export function definePlugin(declaration: PluginDeclaration): PluginExports

/** Declares an action. The types of its parameters follow from `input`. */
export function action<const S extends Schema = never>(declaration: Action<S>): Action<any>

/** Declares a trigger that looks for what is new. */
export function poll<const S extends Schema = never>(declaration: PollTrigger<S>): Declared<PollTrigger<any>>

/** Declares a trigger that a service calls. */
export function webhook<const S extends Schema = never>(declaration: WebhookTrigger<S>): Declared<WebhookTrigger<any>>

/** A request that arrived at a trigger's address. */
export interface Inbound {
  /** The id of the trigger. */
  readonly action: string
  readonly params: any
  readonly method: string
  /** What the path has behind the trigger's own address. */
  readonly pathSuffix: string
  readonly query: [string, string][]
  /** As they came. */
  readonly headers: [string, string][]
  /** As it came: what a signature is made of. */
  readonly body: Uint8Array
  /** When it arrived, in UTC milliseconds. */
  readonly receivedMs: number
  /** The first header of this name. */
  header(name: string): string | undefined
  /** The first query parameter of this name. */
  queryParameter(name: string): string | undefined
  text(): string
  json(): any
}

/** What whoever called is answered. */
export class Reply {
  /** A reply without a body. */
  constructor(status: number)
  /** 200 without a body. */
  static ok(): Reply
  header(name: string, value: string): this
  /** The body, as JSON, with its content type. */
  json(body: unknown): this
  /** The body, as text. */
  text(body: string): this
}

/** What a request comes to. */
export class Verdict {
  private constructor()
  /** Each value starts a run. They are stored before the reply, 200 unless given, is sent. */
  static accept(found: Outcome | Iterable<unknown>, reply?: Reply): Verdict
  /** It starts nothing: a handshake, or something nobody waits for. */
  static answer(reply: Reply): Verdict
  /** It is not genuine. The caller learns nothing; the reason goes to the log. */
  static reject(why: string): Verdict
}

/** Requests through the host: only to hosts that the manifest declares and that were granted. */
export namespace http {
  type Values = { [name: string]: unknown } | [string, unknown][]
  interface Options {
    /** Added to the URL. */
    query?: Values
    headers?: Values
    /** The body, as JSON, with its content type. */
    json?: unknown
    /** The body, as a form's fields, with its content type. */
    form?: Values
    /** The body, as it is. */
    body?: Uint8Array | string
    /** Lets the host add the credential bound to this slot. */
    auth?: string
    /** How long to wait for the whole answer. The call's own time limit ends it in any case. */
    timeoutMs?: number
    /** How many redirects to follow, at most 5; with 0 the answer is the redirect itself. */
    maxRedirects?: number
  }
  interface Request extends Options {
    /** `GET`, unless said otherwise. */
    method?: string
    url: string
  }
  /** What the other side answered. Redirects have been followed. */
  interface Response {
    readonly status: number
    /** Names in lower case, in the order received. */
    readonly headers: [string, string][]
    readonly body: Uint8Array
    /** The first header of this name. */
    header(name: string): string | undefined
    /** The body as text; bytes that are no UTF-8 become replacement characters. */
    text(): string
    json(): any
    /** The answer if its status is below 400; otherwise throws an error that says whether to try again, and when. */
    ok(): this
    /** How long a busy service (429 or 503) asks to be left alone. */
    retryAfterMs(): number | undefined
  }
  /** Sends a request and waits. Any status is an answer, also 404 and 500; no answer at all is thrown. */
  function send(request: Request): Response
  /** Sends up to 16 requests at once; the answers, or why there is none, are in the order of the requests. */
  function sendAll(requests: Request[]): (Response | StepError)[]
  function get(url: string, options?: Options): Response
  function post(url: string, options?: Options): Response
  function put(url: string, options?: Options): Response
  function patch(url: string, options?: Options): Response
  function remove(url: string, options?: Options): Response
  export { remove as delete }
  /** Gets JSON; a refusing status is thrown. */
  export function getJson(url: string, options?: Options): any
  /** Posts JSON and reads the answer as JSON; a refusing status is thrown. */
  export function postJson(url: string, json: unknown, options?: Options): any
  /** Names and values as a query string, or as a form's body. */
  export function encodeQuery(values: Values): string
  export { Options, Request, Response, Values, get, patch, post, put, send, sendAll }
}

/** Lines for the step's log, and progress. The host keeps 1,000 lines and 256 KiB of a call and counts the rest. */
export namespace log {
  function trace(message: string, fields?: unknown): void
  function debug(message: string, fields?: unknown): void
  function info(message: string, fields?: unknown): void
  function warn(message: string, fields?: unknown): void
  function error(message: string, fields?: unknown): void
  /** Tells how far a long call has come. */
  function progress(done: number, total?: number, note?: string): void
}

/** Credentials that the plugin can use and not see. Most plugins need only the `auth` of a request. */
export namespace credentials {
  type Hash = 'sha1' | 'sha256' | 'sha512'
  /** A random word that becomes the secret when a request leaves for a host of its credential; worth nothing after this call. */
  function placeholder(slot: string, field: string): string
  /** The value of a field that is no secret: an account's id, a base URL. */
  function publicField(slot: string, field: string): string
  /** The keyed hash (HMAC) of a message, with a secret whose `uses` has `hmac`. */
  function hmac(slot: string, field: string, hash: Hash, message: Uint8Array | string): Uint8Array
  /** Whether this is the keyed hash of a message, compared in constant time. */
  function hmacVerify(slot: string, field: string, hash: Hash, message: Uint8Array | string, mac: Uint8Array): boolean
  /** The same for a hash written in hexadecimal, as most services send it. What is no hexadecimal fits nothing. */
  function hmacVerifyHex(slot: string, field: string, hash: Hash, message: Uint8Array | string, mac: string): boolean
  /** A token (JWT) of these claims, signed with a secret whose `uses` has `jwt`. */
  function signJwt(slot: string, field: string, claims: { [claim: string]: unknown }): string
}

/**
 * A few values that a step or trigger keeps from call to call. What is written is stored together with the call's
 * result: a call that fails has written nothing.
 */
export namespace state {
  function get(key: string): any
  function set(key: string, value: unknown): void
  function remove(key: string): void
  /** Whether each of these is seen for the first time within so many seconds. From now on they are all known. */
  function firstSeen(ids: string[], ttlS: number): boolean[]
  /** `firstSeen` for one. */
  function isFirst(id: string, ttlS: number): boolean
  export { firstSeen, get, isFirst, remove as delete, set }
}

/** Files, read and written piece by piece. Between steps they travel as `{"$blob": "file_…"}`. */
export namespace blobs {
  /** A file, as parameters and items name it. */
  interface Blob {
    $blob: string
  }
  class Reader {
    private constructor()
    /** How long the file is, in bytes. */
    size(): number
    /** What it is, such as `image/png`. */
    mime(): string
    /** Reads on, at most so many bytes; nothing is left when there are none. */
    read(max?: number): Uint8Array
    /** The rest, piece by piece. */
    chunks(): Iterable<Uint8Array>
    /** The rest in one. */
    bytes(): Uint8Array
    text(): string
  }
  class Writer {
    private constructor()
    write(chunk: Uint8Array | string): this
    /** Ends the file, and tells by what it is named from now on. */
    finish(): Blob
  }
  function open(blob: Blob): Reader
  /** Begins a file. It exists once it is finished. */
  function create(name: string, mime: string): Writer
}

/** Texts as bytes and back: the engine has no `TextEncoder`. */
export namespace bytes {
  function fromText(text: string): Uint8Array
  function toText(bytes: Uint8Array): string
  /** `null` when it is none. */
  function fromHex(text: string): Uint8Array | null
  function toHex(bytes: Uint8Array): string
  /** Also of the alphabet for URLs; `null` when it is none. */
  function fromBase64(text: string): Uint8Array | null
  function toBase64(bytes: Uint8Array): string
}
