import { useState } from 'react'
import { CircleAlert, CircleCheck, CirclePause, Ellipsis, Info, Pause, Play, ShieldQuestion, Trash2 } from 'lucide-react'

import type { Plugin, PluginState, PluginVersion } from '@/api/plugin_types'
import { useDisable, useEnable } from '@/features/plugins/actions'
import { bytes } from '@/features/plugins/bytes'
import { DetailsDialog } from '@/features/plugins/DetailsDialog'
import { GrantDialog } from '@/features/plugins/GrantDialog'
import { iconOf } from '@/features/plugins/icon'
import { RemoveDialog } from '@/features/plugins/RemoveDialog'
import { Badge, type BadgeTone } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { IconButton } from '@/ui/IconButton'
import { Menu, MenuItem, MenuSeparator } from '@/ui/Menu'
import { NodeIcon } from '@/ui/NodeIcon'
import { RelativeTime } from '@/ui/RelativeTime'

const STATES: Record<PluginState, { label: string; tone: BadgeTone; icon: React.ReactNode }> = {
  needs_grant: { label: 'Needs approval', tone: 'warning', icon: <ShieldQuestion aria-hidden /> },
  enabled: { label: 'Enabled', tone: 'success', icon: <CircleCheck aria-hidden /> },
  disabled: { label: 'Disabled', tone: 'neutral', icon: <CirclePause aria-hidden /> },
  broken: { label: 'Broken', tone: 'danger', icon: <CircleAlert aria-hidden /> },
}

export function PluginCard({ plugin }: { plugin: Plugin }) {
  return (
    <Card>
      <div className="flex items-center gap-3 px-4 py-3">
        <span className="inline-flex size-9 shrink-0 items-center justify-center rounded-lg bg-category-connectors-soft text-category-connectors">
          <NodeIcon icon={iconOf(plugin.icon)} className="size-5" />
        </span>
        <div className="min-w-0 flex-1">
          <div className="flex items-center gap-2">
            <h2 className="truncate text-base font-semibold">{plugin.name}</h2>
            <code className="truncate font-mono text-xs text-muted">{plugin.id}</code>
            {plugin.bundled && <Badge>Comes with Weft</Badge>}
          </div>
          <p className="truncate text-muted">{plugin.summary}</p>
        </div>
      </div>
      <ul aria-label={`Versions of ${plugin.name}`}>
        {plugin.versions.map((version) => (
          <VersionRow key={version.version} plugin={plugin} version={version} />
        ))}
      </ul>
    </Card>
  )
}

type Open = 'grant' | 'details' | 'remove' | null

function VersionRow({ plugin, version }: { plugin: Plugin; version: PluginVersion }) {
  const [open, setOpen] = useState<Open>(null)
  const disable = useDisable({ plugin, version })
  const enable = useEnable({ plugin, version })
  const state = STATES[version.state]
  const inUse = plugin.versions.find((other) => other.state === 'enabled' && other.version !== version.version)
  const actions = version.manifest.actions?.length ?? 0
  const triggers = version.manifest.triggers?.length ?? 0
  const close = () => setOpen(null)
  return (
    <li className="border-t border-line px-4 py-2">
      <div className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-1">
        <span className="tabular w-16 font-medium">{version.version}</span>
        <span className="w-32">
          <Badge tone={state.tone} icon={state.icon}>
            {state.label}
          </Badge>
        </span>
        <span className="min-w-20 text-muted">{offers(actions, triggers)}</span>
        <span className="tabular w-20 text-muted">{bytes(version.size_bytes)}</span>
        {!plugin.bundled && (
          <span className="text-muted">
            Uploaded <RelativeTime atMs={version.uploaded_at_ms} />
          </span>
        )}
        <div className="ml-auto flex items-center gap-1">
          {version.state === 'needs_grant' && (
            <Button size="sm" variant="primary" onClick={() => setOpen('grant')}>
              Review
            </Button>
          )}
          {version.state === 'disabled' && (
            <Button size="sm" icon={<Play />} busy={enable.isPending} onClick={() => enable.mutate()}>
              Enable
            </Button>
          )}
          <Menu
            label={`Actions for ${plugin.name} ${version.version}`}
            trigger={<IconButton label={`Actions for ${plugin.name} ${version.version}`} icon={<Ellipsis />} />}
          >
            <MenuItem icon={<Info />} onSelect={() => setOpen('details')}>
              What it may do
            </MenuItem>
            {version.state === 'enabled' && (
              <MenuItem icon={<Pause />} onSelect={() => disable.mutate()}>
                Disable
              </MenuItem>
            )}
            {!plugin.bundled && (
              <>
                <MenuSeparator />
                <MenuItem icon={<Trash2 />} danger onSelect={() => setOpen('remove')}>
                  Remove…
                </MenuItem>
              </>
            )}
          </Menu>
        </div>
      </div>
      {version.error !== undefined && (
        <p className="mt-1 flex gap-1.5 rounded-md bg-danger-soft px-2 py-1.5 text-danger-ink">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span className="min-w-0 break-words">{version.error}</span>
        </p>
      )}
      {open === 'grant' && (
        <GrantDialog
          candidate={{ id: plugin.id, version: version.version, sha256: version.sha256, manifest: version.manifest, isBundled: plugin.bundled }}
          inUse={inUse?.manifest}
          onClose={close}
        />
      )}
      {open === 'details' && <DetailsDialog version={version} isBundled={plugin.bundled} onClose={close} />}
      {open === 'remove' && <RemoveDialog plugin={plugin} version={version} onClose={close} />}
    </li>
  )
}

function offers(actions: number, triggers: number): string {
  const both = [...(actions > 0 || triggers === 0 ? [counted(actions, 'action')] : []), ...(triggers > 0 ? [counted(triggers, 'trigger')] : [])]
  return both.join(', ')
}

function counted(count: number, word: string): string {
  return count === 1 ? `1 ${word}` : `${count} ${word}s`
}
