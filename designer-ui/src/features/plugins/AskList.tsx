import type { ReactNode } from 'react'
import { Eye, Globe, type LucideIcon, PencilLine, Sigma } from 'lucide-react'

import type { Manifest, PluginGrant } from '@/api/plugin_types'
import type { Effects } from '@/api/types'
import { type Ask, asksOf } from '@/features/plugins/asks'
import { Badge, type BadgeTone } from '@/ui/Badge'
import { Checkbox } from '@/ui/Checkbox'
import { duration } from '@/ui/time'

const EFFECTS: Record<Effects, { label: string; tone: BadgeTone; icon: LucideIcon }> = {
  none: { label: 'Only computes', tone: 'neutral', icon: Sigma },
  read: { label: 'Reads', tone: 'accent', icon: Eye },
  write: { label: 'Changes things', tone: 'warning', icon: PencilLine },
}

interface AskListProps {
  manifest: Manifest
  /** The version in use, so that what is new stands out. */
  inUse?: Manifest | undefined
  /** Lets whoever decides leave out hosts. */
  choice?: { isGranted: (pattern: string) => boolean; onChange: (pattern: string, isGranted: boolean) => void }
  /** What was agreed to before. */
  granted?: PluginGrant | null
}

/** What a component asks for, in words an administrator can decide on. */
export function AskList({ manifest, inUse, choice, granted = null }: AskListProps) {
  const { actions, triggers, hosts, credentials, gone, limits } = asksOf(manifest, inUse)
  return (
    <div className="flex flex-col gap-4">
      <Section title="Network" count={hosts.length}>
        {hosts.length === 0 ? (
          <Nothing>No access. It cannot reach any host.</Nothing>
        ) : (
          <ul className="flex flex-col">
            {hosts.map((host) => (
              <Line
                key={host.id}
                ask={host}
                icon={<Globe aria-hidden className="size-4 text-muted" />}
                isCode={host.id !== '*'}
                end={
                  choice !== undefined ? (
                    <Checkbox
                      checked={choice.isGranted(host.id)}
                      onChange={(isGranted) => choice.onChange(host.id, isGranted)}
                      label={<span className="text-xs">May reach it</span>}
                    />
                  ) : (
                    granted !== null && <GrantBadge granted={granted} pattern={host.id} asked={host.methods} />
                  )
                }
              />
            ))}
          </ul>
        )}
      </Section>
      <Section title="Credentials" count={credentials.length}>
        {credentials.length === 0 ? (
          <Nothing>None.</Nothing>
        ) : (
          <>
            <ul className="flex flex-col">
              {credentials.map((credential) => (
                <Line key={credential.id} ask={credential} />
              ))}
            </ul>
            <Nothing>Secrets never enter the plugin: Weft adds them to its requests, and signs for it.</Nothing>
          </>
        )}
      </Section>
      <Section title="Actions" count={actions.length}>
        {actions.length === 0 ? (
          <Nothing>None.</Nothing>
        ) : (
          <ul className="flex flex-col">
            {actions.map((action) => {
              const { label, tone, icon: Icon } = EFFECTS[action.effects]
              return (
                <Line
                  key={action.id}
                  ask={action}
                  end={
                    <>
                      {action.effects === 'write' && action.idempotent === 'no' && <Badge tone="warning">At most once</Badge>}
                      <Badge tone={tone} icon={<Icon aria-hidden />}>
                        {label}
                      </Badge>
                    </>
                  }
                />
              )
            })}
          </ul>
        )}
      </Section>
      {triggers.length > 0 && (
        <Section title="Triggers" count={triggers.length}>
          <ul className="flex flex-col">
            {triggers.map((trigger) => (
              <Line key={trigger.id} ask={trigger} />
            ))}
          </ul>
        </Section>
      )}
      {gone.length > 0 && (
        <Section title="No longer asked for" count={gone.length}>
          <ul className="flex flex-col">
            {gone.map(({ kind, title }) => (
              <li key={`${kind} ${title}`} className="flex gap-2 border-b border-line py-1.5 last:border-b-0">
                <span className="w-20 shrink-0 text-muted">{kind}</span>
                <span className={kind === 'Host' ? 'min-w-0 font-mono text-xs leading-5 break-all' : 'min-w-0'}>{title}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title="Limits of one call">
        <p>
          At most {limits.memoryMib} MiB of memory and {duration(limits.timeoutMs)}. No files, no environment, no other plugin.
        </p>
      </Section>
    </div>
  )
}

/** How much of what a host was asked for was granted. */
function GrantBadge({ granted, pattern, asked }: { granted: PluginGrant; pattern: string; asked: string[] }) {
  const given = granted.hosts.filter((host) => host.pattern === pattern)
  if (given.some(({ methods }) => methods.length === 0 || methods.length === asked.length)) return <Badge tone="success">Granted</Badge>
  return given.length === 0 ? <Badge>Not granted as a whole</Badge> : <Badge tone="success">{given[0]?.methods.join(', ')} granted</Badge>
}

function Section({ title, count, children }: { title: string; count?: number; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1 text-xs font-medium text-muted">
        {title}
        {count !== undefined && count > 0 && <span className="ml-1.5 font-normal">{count}</span>}
      </h3>
      {children}
    </section>
  )
}

function Nothing({ children }: { children: ReactNode }) {
  return <p className="text-muted">{children}</p>
}

function Line({ ask, icon, end, isCode = false }: { ask: Ask; icon?: ReactNode; end?: ReactNode; isCode?: boolean }) {
  return (
    <li className="flex items-center gap-2 border-b border-line py-1.5 last:border-b-0">
      {icon}
      <div className="min-w-0 flex-1">
        <span className={isCode ? 'font-mono text-xs break-all' : 'font-medium'}>{ask.title}</span>
        {ask.isNew && (
          <Badge tone="accent" className="ml-2">
            New
          </Badge>
        )}
        {ask.notes.map((note) => (
          <div key={note} className="text-xs text-muted">
            {note}
          </div>
        ))}
      </div>
      {end !== undefined && <div className="flex shrink-0 items-center gap-1">{end}</div>}
    </li>
  )
}
