// Plays the host in an author's tests, which run in Node: `node --import weft-plugin/testing --test`.

import type { PluginExports } from 'weft-plugin'
import type { blobs } from 'weft-plugin'
/// <reference path="./wit.d.ts" />
import type { HttpError, Request, Response } from 'weft:plugin/http@1.0.0'

/** What a call came to. An error is thrown as a `StepError`. */
export interface Result {
  values: any[]
  /** The item each value belongs to. */
  sources: number[]
  failures: [number, { kind: string; code: string; message: string }][]
  cursor: any
  meta: { [key: string]: any }
}

/** What a request to a trigger came to. */
export interface Handled extends Partial<Result> {
  verdict: 'accept' | 'answer' | 'reject'
  reply?: { status: number; headers: [string, string][]; body: string }
  reason?: string
}

/** The host of one test: whatever the plugin asks of its host is answered by the one that was made last. */
export class Host {
  constructor()
  /** From now on requests are answered by this function. Without one they are refused. */
  http(answer: (request: Request) => Response | { failure: HttpError }): this
  /** Binds a credential to a slot, with the values of its fields. */
  credential(slot: string, fields: { [name: string]: string }): this
  /** Lets a file be there, and tells its name. */
  file(mime: string, content: Uint8Array | string): blobs.Blob
  /** From now on the call is to end. */
  cancel(): this
  /** The requests that were sent so far. */
  readonly requests: Request[]
  readonly logs: { level: string; message: string; fields?: any }[]
  readonly progress: { done: number; total: number | null; note: string }[]
  /** What the plugin keeps under a key. */
  state(key: string): any
  contentOf(blob: blobs.Blob): Uint8Array | undefined

  manifest(plugin: PluginExports): any
  run(plugin: PluginExports, action: string, params?: object, more?: CallFacts): Result
  poll(plugin: PluginExports, trigger: string, params?: object, more?: CallFacts): Result
  handle(plugin: PluginExports, trigger: string, request?: InboundFacts): Handled
  subscribe(plugin: PluginExports, trigger: string, params: object, url: string): any
  unsubscribe(plugin: PluginExports, trigger: string, params: object, subscription: unknown): void
  options(
    plugin: PluginExports,
    action: string,
    field: string,
    question?: { params?: object; search?: string; cursor?: unknown },
  ): { items: { value: any; label: string; hint: string | null }[]; next: any }
  schema(plugin: PluginExports, action: string, field?: string | null, params?: object): any
  testCredential(plugin: PluginExports, slot: string): string
}

export interface CallFacts {
  items?: unknown[]
  cursor?: unknown
  idempotencyKey?: string
  attempt?: number
  deadlineMs?: number
  dryRun?: boolean
}

export interface InboundFacts {
  params?: object
  method?: string
  pathSuffix?: string
  query?: [string, string][]
  headers?: [string, string][]
  body?: Uint8Array | string
  receivedMs?: number
}

/** An answer with a JSON body. */
export function answer(status: number, body: unknown, headers?: [string, string][]): Response

/** An answer that does not come. */
export function failure(tag: HttpError['tag'], val?: unknown): { failure: HttpError }
