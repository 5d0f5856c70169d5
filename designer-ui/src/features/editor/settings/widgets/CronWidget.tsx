import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { CalendarClock } from 'lucide-react'

import { ApiProblem } from '@/api/problem'
import { previewSchedule } from '@/api/schedules'
import { Input, Select } from '@/ui/Input'
import { useSettled } from '@/ui/settled'
import { relativeTime } from '@/ui/time'

import { describe, PRESETS } from '../cron'
import type { WidgetProps } from '../widget_props'
import { textOf } from './TextWidget'

const PAUSE_MS = 250
const SHOWN = 5

/** A cron line with ready-made ones, what it means, and when it fires next. */
export function CronWidget({ field, value, onChange, control, path, scopes, ariaLabel }: WidgetProps) {
  const cron = textOf(value ?? field.schema.default)
  const zone = zoneOf(scopes)
  const preset = PRESETS.findIndex((known) => known.cron === cron.trim())
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex gap-1.5">
        <Input
          {...control}
          aria-label={ariaLabel}
          value={textOf(value)}
          placeholder={field.placeholder ?? '0 9 * * 1-5'}
          spellCheck={false}
          autoComplete="off"
          className="font-mono"
          onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value, { coalesce: path })}
        />
        <Select
          aria-label="Ready-made times"
          className="w-44 shrink-0"
          value={String(preset)}
          options={[{ value: '-1', label: 'Ready-made…', disabled: true }, ...PRESETS.map(({ title }, at) => ({ value: String(at), label: title }))]}
          onChange={(chosen) => onChange(PRESETS[Number(chosen)]?.cron)}
        />
      </div>
      <FireTimes cron={cron} zone={zone} />
    </div>
  )
}

function FireTimes({ cron, zone }: { cron: string; zone: string }) {
  const asked = useSettled(`${zone}\n${cron}`, PAUSE_MS)
  const [askedZone = '', askedCron = ''] = asked.split('\n')
  const { data, error, dataUpdatedAt } = useQuery({
    queryKey: ['schedule_preview', askedCron, askedZone],
    queryFn: ({ signal }) => previewSchedule({ cron: askedCron, timezone: askedZone, count: SHOWN }, signal),
    enabled: askedCron.trim() !== '' && !askedCron.includes('{{'),
    placeholderData: keepPreviousData,
    retry: false,
  })
  if (cron.trim() === '') return <p className="text-xs text-muted">Minute, hour, day of month, month, day of week.</p>
  // A wrong time zone is told at its own field.
  if (error instanceof ApiProblem && error.field !== 'timezone') {
    return (
      <p role="status" className="text-xs text-danger-ink">
        {error.detail}
      </p>
    )
  }
  const words = describe(cron)
  return (
    <div className="rounded-md border border-line bg-sunken px-3 py-2 text-xs">
      <p className="flex items-center gap-1.5 font-medium">
        <CalendarClock aria-hidden className="size-3.5 text-muted" />
        {words ?? 'Next times'}
        <span className="ml-auto font-normal text-muted">{zone}</span>
      </p>
      <ol aria-label="Next fire times" className="tabular mt-1 flex min-h-25 flex-col">
        {data?.next_ms.map((atMs) => (
          <li key={atMs} className="flex justify-between leading-5">
            <span>{timeIn(atMs, zone)}</span>
            <span className="text-muted">{relativeTime(atMs, dataUpdatedAt)}</span>
          </li>
        ))}
        {data?.next_ms.length === 0 && <li className="text-muted">This never fires.</li>}
      </ol>
    </div>
  )
}

function zoneOf(scopes: WidgetProps['scopes']): string {
  for (const { values, fields } of scopes) {
    const zone = values.timezone ?? fields.find(({ key }) => key === 'timezone')?.schema.default
    if (typeof zone === 'string' && zone !== '') return zone
  }
  return 'UTC'
}

function timeIn(atMs: number, zone: string): string {
  const style: Intl.DateTimeFormatOptions = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' }
  try {
    return new Intl.DateTimeFormat(undefined, { ...style, timeZone: zone }).format(atMs)
  } catch {
    // A zone this browser does not know; the server may.
    return `${new Intl.DateTimeFormat(undefined, { ...style, timeZone: 'UTC' }).format(atMs)} UTC`
  }
}
