import { CircleAlert, CircleCheck, LoaderCircle } from 'lucide-react'

import type { PluginTrigger } from '@/api/plugin_types'
import { useNow } from '@/ui/clock'
import { Countdown } from '@/ui/Countdown'
import { RelativeTime } from '@/ui/RelativeTime'
import { fullTime, nearTime } from '@/ui/time'

/** Whether a trigger in service does what it should, and if not, why and when it is tried again. */
export function TriggerStateLine({ trigger }: { trigger: PluginTrigger }) {
  switch (trigger.state) {
    case 'working':
      return (
        <p className="flex items-center gap-1.5 text-xs">
          <CircleCheck aria-hidden className="size-4 shrink-0 text-status-succeeded" />
          <span>
            <span className="font-medium">Working</span>
            {trigger.kind === 'poll' && <Polls trigger={trigger} />}
          </span>
        </p>
      )
    case 'connecting':
      return (
        <p className="flex items-center gap-1.5 text-xs">
          <LoaderCircle aria-hidden className="size-4 shrink-0 text-muted" />
          <span>
            <span className="font-medium">Connecting</span>
            <span className="text-muted">{trigger.kind === 'poll' ? ' · it is asked for the first time' : ' · the service is being told the address'}</span>
          </span>
        </p>
      )
    case 'failing':
      return <Failing trigger={trigger} />
  }
}

function Polls({ trigger: { last_ms, next_ms } }: { trigger: PluginTrigger }) {
  return (
    <span className="text-muted">
      {last_ms !== null && (
        <>
          {' · asked '}
          <RelativeTime atMs={last_ms} />
        </>
      )}
      {next_ms !== null && (
        <>
          {' · again '}
          <Countdown untilMs={next_ms} className="tabular" />
        </>
      )}
    </span>
  )
}

function Failing({ trigger: { failing_since_ms: sinceMs, next_ms, error } }: { trigger: PluginTrigger }) {
  const nowMs = useNow()
  return (
    <div className="flex gap-1.5 rounded-md bg-danger-soft px-2 py-1.5 text-xs text-danger-ink">
      <CircleAlert aria-hidden className="size-4 shrink-0" />
      <div className="min-w-0">
        <p className="font-medium">
          Failing
          {sinceMs !== undefined && (
            <>
              {' since '}
              <time dateTime={new Date(sinceMs).toISOString()} title={fullTime(sinceMs)}>
                {nearTime(sinceMs, nowMs)}
              </time>
            </>
          )}
        </p>
        {error !== undefined && <p className="break-words text-ink">{error.message}</p>}
        {next_ms !== null && (
          <p className="text-ink">
            Tried again <Countdown untilMs={next_ms} className="tabular" />.
          </p>
        )}
      </div>
    </div>
  )
}
