import type { PluginIcon } from '@/api/plugin_types'

/** A plugin's icon in the form `NodeIcon` takes. */
export function iconOf(icon: PluginIcon | string | null | undefined): string {
  if (typeof icon === 'string') return icon
  if (icon?.svg === undefined) return 'box'
  return `data:image/svg+xml,${encodeURIComponent(icon.svg)}`
}
