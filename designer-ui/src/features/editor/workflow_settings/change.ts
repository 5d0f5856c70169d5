import type { Keep, Retention, Settings } from '@/api/types'

import { without } from '../model/document'

/** Sets one of the workflow's settings; `undefined` takes it away, so that its default holds again. */
export function withSetting<K extends keyof Settings>(settings: Settings, key: K, value: Settings[K] | undefined): Settings {
  return value === undefined ? without(settings, key) : { ...settings, [key]: value }
}

/** How long runs of one kind are kept; rules that say nothing go away. */
export function withKeep(retention: Retention | undefined, kind: keyof Retention, part: keyof Keep, value: number | undefined): Retention | undefined {
  const before: Keep = retention?.[kind] ?? {}
  const keep: Keep = value === undefined ? without(before, part) : { ...before, [part]: value }
  const rest: Retention = without(retention ?? {}, kind)
  const next: Retention = Object.keys(keep).length === 0 ? rest : { ...rest, [kind]: keep }
  return Object.keys(next).length === 0 ? undefined : next
}
