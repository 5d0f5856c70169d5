import type { Manifest } from '@/api/plugin_types'
import type { Effects } from '@/api/types'

/** One thing a component asks for; `isNew` when the version in use does not have it. */
export interface Ask {
  id: string
  title: string
  /** Details, such as the methods of a host. */
  notes: string[]
  isNew: boolean
}

export interface Asks {
  actions: (Ask & { effects: Effects; idempotent: 'natural' | 'key' | 'no' })[]
  triggers: Ask[]
  hosts: (Ask & { methods: string[] })[]
  credentials: Ask[]
  limits: { memoryMib: number; timeoutMs: number }
}

/** What the server gives an action that names no limits of its own, in a step that names none. */
const DEFAULT_MEMORY_MIB = 64
const DEFAULT_TIMEOUT_MS = 60_000

/** Everything the manifest asks for, compared with the version that is in use, if there is one. */
export function asksOf(manifest: Manifest, inUse?: Manifest): Asks {
  const actions = manifest.actions ?? []
  return {
    actions: actions.map(({ id, title, summary, effects = 'write', idempotent = 'no' }) => ({
      id,
      title: title ?? id,
      notes: summary === undefined ? [] : [summary],
      effects,
      idempotent,
      isNew: inUse !== undefined && !(inUse.actions ?? []).some((other) => other.id === id),
    })),
    triggers: (manifest.triggers ?? []).map(({ id, title, kind }) => ({
      id,
      title: title ?? id,
      notes: [kind],
      isNew: inUse !== undefined && !(inUse.triggers ?? []).some((other) => other.id === id),
    })),
    hosts: (manifest.hosts ?? []).map(({ pattern, methods }) => {
      const before = inUse?.hosts?.find((other) => other.pattern === pattern)
      return {
        id: pattern,
        title: pattern === '*' ? 'Every public host' : pattern,
        methods: methods ?? [],
        notes: [methods === undefined || methods.length === 0 ? 'Any method' : methods.join(', ')],
        isNew: inUse !== undefined && (before === undefined || !covers(before.methods, methods)),
      }
    }),
    credentials: (manifest.credentials ?? []).map(({ slot, type, oauth2, inject }) => {
      const hosts = (inject ?? []).flatMap((rule) => rule.hosts ?? [])
      const scopes = oauth2?.scopes ?? []
      return {
        id: slot,
        title: slot,
        notes: [
          type,
          ...(scopes.length > 0 ? [`Scopes: ${scopes.join(', ')}`] : []),
          ...(hosts.length > 0 ? [`Sent to: ${[...new Set(hosts)].join(', ')}`] : []),
        ],
        isNew: inUse !== undefined && !(inUse.credentials ?? []).some((other) => other.slot === slot),
      }
    }),
    limits: {
      memoryMib: Math.max(...actions.map(({ limits }) => limits?.memoryMiB ?? DEFAULT_MEMORY_MIB), 0) || DEFAULT_MEMORY_MIB,
      timeoutMs: Math.max(...actions.map(({ timeoutMs }) => timeoutMs ?? DEFAULT_TIMEOUT_MS), 0) || DEFAULT_TIMEOUT_MS,
    },
  }
}

/** Whether every method asked for was allowed before; no list means any method. */
function covers(before: string[] | undefined, asked: string[] | undefined): boolean {
  if (before === undefined || before.length === 0) return true
  if (asked === undefined || asked.length === 0) return false
  return asked.every((method) => before.includes(method))
}
