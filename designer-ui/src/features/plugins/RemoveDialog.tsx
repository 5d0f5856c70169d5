import { asProblem } from '@/api/problem'
import type { Plugin, PluginVersion } from '@/api/plugin_types'
import { useRemove } from '@/features/plugins/actions'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { InUseProblem } from '@/ui/InUseProblem'

interface RemoveDialogProps {
  plugin: Plugin
  version: PluginVersion
  onClose: () => void
}

export function RemoveDialog({ plugin, version, onClose }: RemoveDialogProps) {
  const remove = useRemove({ plugin, version })
  const problem = remove.error ? asProblem(remove.error) : undefined
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      danger
      title={`Remove ${plugin.name} ${version.version}?`}
      description="Its file and what it was granted are deleted. To have it back, upload it again."
      confirmLabel="Remove version"
      busy={remove.isPending}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onClose })}
      problem={problem && <InUseProblem problem={problem} workflows={problem.document.workflows ?? []} />}
    />
  )
}
