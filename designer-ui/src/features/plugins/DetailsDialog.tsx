import type { PluginVersion } from '@/api/plugin_types'
import { AskList } from '@/features/plugins/AskList'
import { Origin } from '@/features/plugins/Origin'
import { Dialog } from '@/ui/Dialog'
import { RelativeTime } from '@/ui/RelativeTime'

/** What a version may do, to look at. */
export function DetailsDialog({ version, isBundled, onClose }: { version: PluginVersion; isBundled: boolean; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="lg"
      title={`${version.manifest.name} ${version.version}`}
      description={version.manifest.summary ?? 'What this version offers and what it may do.'}
    >
      <div className="flex flex-col gap-4">
        <AskList manifest={version.manifest} granted={version.granted} />
        {version.granted !== null && version.granted.by !== '' && (
          <p className="text-muted">
            Granted by {version.granted.by} <RelativeTime atMs={version.granted.at_ms} />
          </p>
        )}
        <Origin isBundled={isBundled} sha256={version.sha256} />
      </div>
    </Dialog>
  )
}
