/** The one line under a node's name: what its settings come to. */

import type { DocNode, Json, NodeType } from '@/api/types'

import { duration } from '@/ui/time'

import { fieldsOf } from './node_type'

const LONGEST = 80

export function summaryOf(node: DocNode, type: NodeType | undefined): string {
  const text = known(node) ?? firstText(node, type) ?? type?.summary ?? `Unknown step type “${node.type}”`
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}

function known({ type, params = {} }: DocNode): string | undefined {
  switch (type) {
    case 'webhook':
      return when(params.path, (path) => `${text(params.method) ?? 'POST'} /hooks/${path}`)
    case 'schedule':
      return when(params.cron, (cron) => [cron, text(params.timezone)].filter(Boolean).join(' · '))
    case 'if':
      return when(params.condition, bare)
    case 'switch':
      return Array.isArray(params.cases) ? plural(params.cases.length, 'case') : undefined
    case 'set':
      return keys(params.fields)
    case 'map':
      return Array.isArray(params.fields) ? plural(params.fields.length, 'field') : undefined
    case 'filter':
      return when(params.keep, bare)
    case 'sort':
      return Array.isArray(params.by) ? params.by.map(sortKey).filter(Boolean).join(', ') || undefined : undefined
    case 'limit':
      return when(amount(params.count), (count) => `${params.from === 'end' ? 'last' : 'first'} ${count}`)
    case 'split':
      return when(amount(params.size), (size) => `${size} at a time`)
    case 'aggregate':
      return when(params.group_by, (key) => `by ${bare(key)}`) ?? (Array.isArray(params.fields) ? plural(params.fields.length, 'field') : undefined)
    case 'for_each':
      return when(params.list, (list) => `of ${bare(list)}`)
    case 'while':
      return when(params.condition, bare)
    case 'wait':
      return typeof params.ms === 'number'
        ? `for ${duration(params.ms)}`
        : (when(params.until, (until) => `until ${bare(until)}`) ?? when(params.event, (event) => `for the signal ${bare(event)}`))
    case 'dedupe':
      return when(params.key, (key) => `by ${bare(key)}`)
    case 'approval':
      return when(params.title, bare)
    case 'break':
      return 'Ends the loop it is in'
    case 'call_workflow':
      return params.wait === false ? 'Does not wait for its end' : 'Waits for its end'
    case 'on_cancel':
      return 'When the run is cancelled or takes too long'
    case 'error_trigger':
      return 'When a run of another workflow fails'
    case 'code':
      return when(params.source, (source) => source.trim().split('\n')[0] ?? source)
    case 'http/request':
      return when(params.url, (url) => `${text(params.method) ?? 'GET'} ${url}`)
    default:
      return undefined
  }
}

function when(value: Json | undefined, say: (written: string) => string): string | undefined {
  const written = text(value)
  return written === undefined ? undefined : say(written)
}

/** An expression that is the whole string, without its braces. */
function bare(written: string): string {
  return /^\s*\{\{([\s\S]*)\}\}\s*$/.exec(written)?.[1]?.trim() ?? written
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/** A number as it is written, or the expression that gives it. */
function amount(value: Json | undefined): string | undefined {
  return typeof value === 'number' ? String(value) : when(value, bare)
}

function sortKey(key: Json): string | undefined {
  if (typeof key !== 'object' || key === null || Array.isArray(key)) return undefined
  return when(key.value, (value) => (key.direction === 'desc' ? `${bare(value)} ↓` : bare(value)))
}

function keys(value: Json | undefined): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const names = Object.keys(value)
  return names.length === 0 ? undefined : names.join(', ')
}

function plural(count: number, word: string): string | undefined {
  return count === 0 ? undefined : `${count} ${word}${count === 1 ? '' : 's'}`
}

/** The first parameter, in the order of the schema, that holds a text. */
function firstText(node: DocNode, type: NodeType | undefined): string | undefined {
  const order = type === undefined ? Object.keys(node.params ?? {}) : Object.keys(fieldsOf(type))
  for (const field of order) {
    const written = text(node.params?.[field])
    if (written !== undefined) return bare(written)
  }
  return undefined
}
