import type { DocNode } from '@/api/types'

import { useEditor } from '../store/context'
import { AddressBox } from './AddressBox'

/** Where a webhook listens, to be copied. */
export function TriggerAddress({ node }: { node: DocNode }) {
  const isPublished = useEditor((state) => state.publishedRevision !== null)
  const path = node.params?.path
  if (node.type !== 'webhook' || typeof path !== 'string' || path === '') return null
  const url = `${window.location.origin}/hooks/${path.replace(/^\/+/, '')}`
  return (
    <div className="flex shrink-0 flex-col gap-1 border-b border-line px-4 py-3">
      <AddressBox label="Webhook URL" url={url} />
      {!isPublished && <span className="text-xs text-muted">It answers once the workflow is published.</span>}
    </div>
  )
}
