import { useQuery } from '@tanstack/react-query'

import type { ManifestTrigger, PluginTrigger } from '@/api/plugin_types'
import { pluginsQuery } from '@/api/plugins'
import type { DocNode } from '@/api/types'
import { pluginTriggersQuery } from '@/api/workflows'
import { duration } from '@/ui/time'

import { useEditor } from '../store/context'
import { AddressBox } from './AddressBox'
import { SampleButton } from './SampleButton'
import { TriggerStateLine } from './TriggerStateLine'

/** How soon a trigger that does not work yet is looked at again. */
const LOOK_AGAIN_MS = 5_000
const KEPT_MS = 60_000

/** How a plugin's trigger learns of news, and how it fares where it is published. */
export function PluginTriggerBox({ node }: { node: DocNode }) {
  const workflow = useEditor((state) => state.workflowId)
  const revision = useEditor((state) => state.publishedRevision)
  const declared = useDeclaration(node.type)
  const triggers = useQuery({
    ...pluginTriggersQuery(workflow, revision),
    enabled: revision !== null,
    refetchInterval: ({ state }) => (state.data?.some((trigger) => trigger.state !== 'working') === true ? LOOK_AGAIN_MS : false),
  })
  const inService = triggers.data?.find((trigger) => trigger.node === node.id && trigger.type === node.type)
  const kind = inService?.kind ?? declared?.kind
  if (kind === undefined) return null
  return (
    <section aria-label="Trigger" className="flex shrink-0 flex-col gap-2 border-b border-line px-4 py-3">
      {kind === 'poll' ? (
        <div className="flex items-center justify-between gap-3">
          <p className="text-xs text-muted">{everyText(declared)}</p>
          <SampleButton node={node} />
        </div>
      ) : (
        <Address inService={inService} isTold={(inService?.subscribes ?? declared?.subscribe) === true} />
      )}
      {inService !== undefined && <TriggerStateLine trigger={inService} />}
      {revision === null && kind === 'poll' && <p className="text-xs text-muted">It starts runs once the workflow is published.</p>}
      {revision !== null && triggers.isSuccess && inService === undefined && (
        <p className="text-xs text-muted">It is not in the published revision: publish the workflow again to put it into service.</p>
      )}
    </section>
  )
}

function Address({ inService, isTold }: { inService: PluginTrigger | undefined; isTold: boolean }) {
  return (
    <div className="flex flex-col gap-1">
      {inService?.url !== undefined && <AddressBox label="Trigger URL" url={inService.url} />}
      <p className="text-xs text-muted">
        {inService === undefined
          ? `It has an address once the workflow is published. ${isTold ? 'The plugin tells the service.' : 'Give it to the service then.'}`
          : isTold
            ? 'The plugin gives this address to the service. Keep it secret.'
            : 'Give this address to the service: requests to it start runs. Keep it secret.'}
      </p>
    </div>
  )
}

/** What the version of the plugin that is in use says of a trigger. */
function useDeclaration(type: string): ManifestTrigger | undefined {
  const { data } = useQuery({ ...pluginsQuery, staleTime: KEPT_MS })
  const [plugin, trigger] = type.split('/')
  const version = data?.items.find(({ id }) => id === plugin)?.versions.find(({ state }) => state === 'enabled')
  return version?.manifest.triggers?.find(({ id }) => id === trigger)
}

function everyText(declared: ManifestTrigger | undefined): string {
  return declared?.everyS === undefined ? 'It looks for news by itself.' : `It looks for news every ${duration(declared.everyS * 1_000).replace('.0 s', ' s')}.`
}
