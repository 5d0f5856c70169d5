import type { DocNode } from '@/api/types'
import { CopyButton } from '@/ui/CopyButton'

import { useEditor } from '../store/context'

/** Where a webhook listens, to be copied. */
export function TriggerAddress({ node }: { node: DocNode }) {
  const isPublished = useEditor((state) => state.publishedRevision !== null)
  const path = node.params?.path
  if (node.type !== 'webhook' || typeof path !== 'string' || path === '') return null
  const url = `${window.location.origin}/hooks/${path.replace(/^\/+/, '')}`
  return (
    <div className="flex shrink-0 flex-col gap-1 border-b border-line px-4 py-3">
      <span className="text-xs font-medium">Webhook URL</span>
      <span className="flex items-center gap-1 rounded-md border border-line bg-sunken pl-2">
        <code className="min-w-0 flex-1 truncate font-mono text-xs select-all">{url}</code>
        <CopyButton text={url} label="Copy the webhook URL" />
      </span>
      {!isPublished && <span className="text-xs text-muted">It answers once the workflow is published.</span>}
    </div>
  )
}
