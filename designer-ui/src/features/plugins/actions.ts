import { useMutation, useQueryClient } from '@tanstack/react-query'

import { disablePlugin, enablePlugin, pluginsQuery, removePlugin } from '@/api/plugins'
import { nodeTypesQuery } from '@/api/node_types'
import { asProblem } from '@/api/problem'
import type { Plugin, PluginVersion } from '@/api/plugin_types'
import { toast } from '@/ui/toast'

/** The list again, and with it what the palette offers. */
export function useRefreshPlugins() {
  const queryClient = useQueryClient()
  return async () => {
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: pluginsQuery.queryKey }),
      queryClient.invalidateQueries({ queryKey: nodeTypesQuery.queryKey }),
    ])
  }
}

interface Target {
  plugin: Plugin
  version: PluginVersion
}

export function useDisable({ plugin, version }: Target) {
  const refresh = useRefreshPlugins()
  return useMutation({
    mutationFn: () => disablePlugin(plugin.id, version.version),
    onSuccess: async () => {
      toast({ title: `${plugin.name} ${version.version} is disabled`, detail: 'Steps that use it fail until it is enabled again.' })
      await refresh()
    },
    onError: (error) => toast({ tone: 'danger', title: 'Could not disable the plugin', detail: asProblem(error).message }),
  })
}

export function useEnable({ plugin, version }: Target) {
  const refresh = useRefreshPlugins()
  return useMutation({
    mutationFn: () => enablePlugin(plugin.id, version.version),
    onSuccess: async () => {
      toast({ tone: 'success', title: `${plugin.name} ${version.version} is enabled` })
      await refresh()
    },
    onError: (error) => toast({ tone: 'danger', title: 'Could not enable the plugin', detail: asProblem(error).message }),
  })
}

export function useRemove({ plugin, version }: Target) {
  const refresh = useRefreshPlugins()
  return useMutation({
    mutationFn: () => removePlugin(plugin.id, version.version),
    onSuccess: async () => {
      toast({ title: `Removed ${plugin.name} ${version.version}` })
      await refresh()
    },
  })
}
