import { useMemo } from 'react'

import type { Overlap, PerKey } from '@/api/types'
import { Field } from '@/ui/Field'
import { Select } from '@/ui/Input'
import { Switch } from '@/ui/Switch'

import type { ExpressionContext } from '../expression/context'
import { ExpressionField } from '../expression/ExpressionField'
import { NumberInput } from '../settings/NumberInput'
import { useEditor } from '../store/context'
import type { SectionProps } from './SettingsDialog'

const OVERLAPS: { value: Overlap; label: string; explanation: string }[] = [
  { value: 'allow', label: 'Start, or wait for room', explanation: 'It starts at once. Where there is a limit and it is reached, it waits for its turn.' },
  { value: 'queue', label: 'Wait for its turn', explanation: 'It waits until the others have ended; one at a time when no limit is set.' },
  { value: 'skip', label: 'Leave it out', explanation: 'It is recorded as cancelled and does nothing.' },
  { value: 'cancel_running', label: 'Take the place of the oldest', explanation: 'The run that is going is cancelled, and the new one starts.' },
]

const ONE_AT_A_TIME: PerKey = { key: '{{ trigger.body.customer }}', limit: 1 }

/** How many runs may be live at once, in all and for each key, and what happens to one too many. */
export function LimitSettings({ settings, set, problemOf }: SectionProps) {
  const overlap = settings.overlap ?? 'allow'
  const explanation = OVERLAPS.find(({ value }) => value === overlap)?.explanation
  return (
    <>
      <Field label="At most at once" error={problemOf('concurrency')} hint="Runs of this workflow that are live. Without limit when empty.">
        <NumberInput
          inputMode="numeric"
          value={settings.concurrency}
          placeholder={overlap === 'allow' ? 'No limit' : '1'}
          onChange={(value) => set('concurrency', value)}
        />
      </Field>
      <Field label="One too many should" error={problemOf('overlap')} hint={explanation}>
        <Select
          value={overlap}
          options={OVERLAPS}
          onChange={(value) => {
            const next = OVERLAPS.find((each) => each.value === value)?.value
            set('overlap', next === 'allow' ? undefined : next)
          }}
        />
      </Field>
      <div className="flex flex-col gap-3 sm:col-span-2">
        <div className="flex items-start justify-between gap-4">
          <div>
            <p aria-hidden className="font-medium">
              Limit for each key
            </p>
            <p className="text-xs text-muted">Such as one run at a time for each customer, while those of other customers go on.</p>
          </div>
          <Switch label="Limit for each key" checked={settings.per_key !== undefined} onChange={(isOn) => set('per_key', isOn ? ONE_AT_A_TIME : undefined)} />
        </div>
        {settings.per_key && <PerKeyFields perKey={settings.per_key} onChange={(perKey) => set('per_key', perKey)} problemOf={problemOf} />}
      </div>
    </>
  )
}

interface PerKeyFieldsProps {
  perKey: PerKey
  onChange: (perKey: PerKey) => void
  problemOf: (path: string) => string | undefined
}

function PerKeyFields({ perKey, onChange, problemOf }: PerKeyFieldsProps) {
  const context = useTriggerContext()
  const problem = problemOf('per_key/key')
  return (
    <div className="grid gap-4 sm:grid-cols-[1fr_8rem]">
      <div className="flex min-w-0 flex-col gap-1">
        <span aria-hidden className="font-medium">
          Key
        </span>
        <ExpressionField
          label="Key"
          value={perKey.key}
          context={context}
          isRequired
          isInvalid={problem !== undefined}
          onChange={(key) => onChange({ ...perKey, key })}
        />
        {problem !== undefined && <p className="text-xs text-danger-ink">{problem}</p>}
        <p className="text-xs text-muted">Computed when a run starts; it sees what the trigger gives, as trigger.</p>
      </div>
      <Field label="At most each" error={problemOf('per_key/limit')}>
        <NumberInput
          inputMode="numeric"
          value={perKey.limit ?? 1}
          onChange={(limit) => onChange({ key: perKey.key, ...(limit !== undefined && { limit }) })}
        />
      </Field>
    </div>
  )
}

/** What a key's expression sees, with the input of the run that is shown or was last. */
function useTriggerContext(): ExpressionContext {
  const trigger = useEditor((state) => (state.overlay?.run ?? state.runs[0])?.input)
  return useMemo(() => ({ input: undefined, steps: {}, trigger, run: undefined, vars: {} }), [trigger])
}
