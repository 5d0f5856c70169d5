import type { Manifest, ManifestTrigger } from '@/api/plugin_types'
import type { Effects } from '@/api/types'
import { credentialNotes } from '@/features/plugins/credential_asks'
import { duration } from '@/ui/time'

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
  /** What the version in use asks for and this one does not. */
  gone: Gone[]
  limits: { memoryMib: number; timeoutMs: number }
}

export interface Gone {
  kind: 'Host' | 'Credential' | 'Action' | 'Trigger'
  title: string
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
    triggers: (manifest.triggers ?? []).map((trigger) => {
      const before = inUse?.triggers?.find((other) => other.id === trigger.id)
      const notes = [triggerNote(trigger)]
      return { id: trigger.id, title: titleOf(trigger.title, trigger.id), notes, isNew: inUse !== undefined && isBeyond(notes, before && [triggerNote(before)]) }
    }),
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
    credentials: (manifest.credentials ?? []).map((credential) => {
      const before = inUse?.credentials?.find((other) => other.slot === credential.slot)
      const notes = credentialNotes(credential, manifest)
      return {
        id: credential.slot,
        title: titleOf(credential.title, credential.slot),
        notes,
        isNew: inUse !== undefined && isBeyond(notes, before && credentialNotes(before, inUse)),
      }
    }),
    gone: inUse === undefined ? [] : goneFrom(inUse, manifest),
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

/** Whether something is said that was not said before. */
function isBeyond(notes: string[], before: string[] | undefined): boolean {
  return before === undefined || notes.some((note) => !before.includes(note))
}

function triggerNote({ kind, everyS, subscribe = false }: ManifestTrigger): string {
  if (kind === 'poll') return everyS === undefined ? 'Polled' : `Polled every ${duration(everyS * 1_000).replace('.0 s', ' s')}`
  return subscribe ? 'Called by the service, which the plugin tells where' : 'Called by the service, which you tell where'
}

/** What is left out, and hosts that fewer methods are asked for. */
function goneFrom(inUse: Manifest, manifest: Manifest): Gone[] {
  const hosts = (inUse.hosts ?? []).flatMap(({ pattern, methods = [] }): Gone[] => {
    const now = manifest.hosts?.find((other) => other.pattern === pattern)
    if (now === undefined) return [{ kind: 'Host', title: pattern === '*' ? 'Every public host' : pattern }]
    if (covers(now.methods, methods)) return []
    const left = methods.length === 0 ? `all methods but ${(now.methods ?? []).join(', ')}` : methods.filter((method) => now.methods?.includes(method) === false).join(', ')
    return [{ kind: 'Host', title: `${pattern}: ${left}` }]
  })
  const slots = new Set(manifest.credentials?.map(({ slot }) => slot))
  const actions = new Set(manifest.actions?.map(({ id }) => id))
  const triggers = new Set(manifest.triggers?.map(({ id }) => id))
  return [
    ...hosts,
    ...(inUse.credentials ?? []).filter(({ slot }) => !slots.has(slot)).map(({ slot, title }): Gone => ({ kind: 'Credential', title: titleOf(title, slot) })),
    ...(inUse.actions ?? []).filter(({ id }) => !actions.has(id)).map(({ id, title }): Gone => ({ kind: 'Action', title: titleOf(title, id) })),
    ...(inUse.triggers ?? []).filter(({ id }) => !triggers.has(id)).map(({ id, title }): Gone => ({ kind: 'Trigger', title: titleOf(title, id) })),
  ]
}

function titleOf(title: string | undefined, id: string): string {
  return title === undefined || title === '' ? id : title
}
