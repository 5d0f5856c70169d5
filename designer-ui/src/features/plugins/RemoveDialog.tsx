import { Link } from '@tanstack/react-router'

import { asProblem } from '@/api/problem'
import type { Plugin, PluginVersion } from '@/api/plugin_types'
import { useRemove } from '@/features/plugins/actions'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { ProblemCard } from '@/ui/ProblemCard'

interface RemoveDialogProps {
  plugin: Plugin
  version: PluginVersion
  onClose: () => void
}

export function RemoveDialog({ plugin, version, onClose }: RemoveDialogProps) {
  const remove = useRemove({ plugin, version })
  const problem = remove.error ? asProblem(remove.error) : undefined
  const workflows = problem?.document.workflows ?? []
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
      problem={
        problem && (
          <ProblemCard problem={problem}>
            {workflows.length > 0 && (
              <ul className="mt-1 list-disc pl-4">
                {workflows.map(({ id, name }) => (
                  <li key={id}>
                    <Link to="/workflows/$id" params={{ id }} className="text-accent-ink underline underline-offset-2">
                      {name}
                    </Link>
                  </li>
                ))}
              </ul>
            )}
          </ProblemCard>
        )
      }
    />
  )
}
