import type { Keep } from '@/api/types'
import { Field } from '@/ui/Field'

import { LinesInput } from '../settings/LinesInput'
import { NumberInput } from '../settings/NumberInput'
import { withKeep } from './change'
import type { SectionProps } from './SettingsDialog'

const KINDS = [
  { kind: 'succeeded', title: 'Runs that succeeded' },
  { kind: 'failed', title: 'Runs that failed or were cancelled' },
] as const

/** What history must not show, and how long it is kept. */
export function HistorySettings({ settings, set, problemOf }: SectionProps) {
  return (
    <>
      <Field
        label="Hidden fields"
        optional
        error={problemOf('mask')}
        hint="Names, one to a line. Their values are kept as ••• wherever they occur, in any letter case."
        className="sm:col-span-2"
      >
        <LinesInput value={settings.mask} placeholder={'password\niban'} onChange={(value) => set('mask', value)} />
      </Field>
      {KINDS.map(({ kind, title }) => (
        <KeepFields
          key={kind}
          title={title}
          keep={settings.retention?.[kind] ?? {}}
          problem={problemOf(`retention/${kind}`)}
          onChange={(part, value) => set('retention', withKeep(settings.retention, kind, part, value))}
        />
      ))}
    </>
  )
}

interface KeepFieldsProps {
  title: string
  keep: Keep
  problem: string | undefined
  onChange: (part: keyof Keep, value: number | undefined) => void
}

function KeepFields({ title, keep, problem, onChange }: KeepFieldsProps) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 font-medium">{title}</legend>
      <div className="flex gap-3">
        <Field label={<span className="font-normal text-muted">Days</span>} className="flex-1">
          <NumberInput inputMode="numeric" value={keep.days} placeholder="As the server" onChange={(value) => onChange('days', value)} />
        </Field>
        <Field label={<span className="font-normal text-muted">Newest runs</span>} className="flex-1">
          <NumberInput inputMode="numeric" value={keep.runs} placeholder="As the server" onChange={(value) => onChange('runs', value)} />
        </Field>
      </div>
      {problem !== undefined && <p className="mt-1 text-xs text-danger-ink">{problem}</p>}
      <p className="mt-1 text-xs text-muted">What exceeds either is deleted.</p>
    </fieldset>
  )
}
