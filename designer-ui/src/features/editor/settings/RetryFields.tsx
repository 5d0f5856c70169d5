import type { ErrorKind, Retry } from '@/api/types'
import { Checkbox } from '@/ui/Checkbox'
import { Field } from '@/ui/Field'
import { Select } from '@/ui/Input'
import { Switch } from '@/ui/Switch'

import { without } from '../model/document'
import { DurationInput } from './DurationInput'
import { NumberInput } from './NumberInput'
import { JITTERS, RETRIABLE, RETRIED, RETRY_DEFAULTS, waitsInWords } from './retry_words'

interface RetryFieldsProps {
  retry: Retry | undefined
  problems: string | undefined
  onChange: (retry: Retry | undefined) => void
}

/** Whether a failed attempt is made again: how often, after how long, and for which errors. */
export function RetryFields({ retry, problems, onChange }: RetryFieldsProps) {
  return (
    <fieldset className="flex flex-col gap-3 border-t border-line pt-4">
      <legend className="sr-only">Retry</legend>
      <div className="flex items-start justify-between gap-4">
        <div>
          <p aria-hidden className="font-medium">
            Retry on failure
          </p>
          <p className="text-xs text-muted">{retry ? waitsInWords(retry) : 'A failure that may pass is not tried again.'}</p>
        </div>
        <Switch label="Retry on failure" checked={retry !== undefined} onChange={(isOn) => onChange(isOn ? { ...RETRY_DEFAULTS } : undefined)} />
      </div>
      {problems !== undefined && <p className="text-xs text-danger-ink">{problems}</p>}
      {retry && (
        <>
          <div className="grid grid-cols-2 gap-3">
            <Field label="Attempts">
              <NumberInput value={retry.attempts} placeholder="1 to 100" onChange={(attempts) => attempts !== undefined && onChange({ ...retry, attempts })} />
            </Field>
            <Field label="Backoff">
              <Select
                value={retry.backoff ?? RETRY_DEFAULTS.backoff}
                options={[
                  { value: 'exponential', label: 'Doubles each time' },
                  { value: 'fixed', label: 'Always the same' },
                ]}
                onChange={(backoff) => onChange({ ...retry, backoff: backoff === 'fixed' ? 'fixed' : 'exponential' })}
              />
            </Field>
          </div>
          <Field label="First pause">
            <DurationInput value={retry.first_ms ?? RETRY_DEFAULTS.first_ms} onChange={(first_ms) => onChange(withPart(retry, 'first_ms', first_ms))} />
          </Field>
          <Field label="Longest pause">
            <DurationInput value={retry.max_ms ?? RETRY_DEFAULTS.max_ms} onChange={(max_ms) => onChange(withPart(retry, 'max_ms', max_ms))} />
          </Field>
          <Field label="Jitter" hint="How much of a pause is left to chance, so that steps that failed together don't return together.">
            <Select
              value={retry.jitter ?? 'half'}
              options={[...JITTERS]}
              onChange={(value) => {
                const jitter = JITTERS.find((each) => each.value === value)?.value
                onChange(withPart(retry, 'jitter', jitter === 'half' ? undefined : jitter))
              }}
            />
          </Field>
          <RetriedErrors chosen={retry.on ?? RETRIED} onChange={(on) => onChange(withPart(retry, 'on', on))} />
        </>
      )}
    </fieldset>
  )
}

function RetriedErrors({ chosen, onChange }: { chosen: readonly ErrorKind[]; onChange: (on: ErrorKind[] | undefined) => void }) {
  const toggle = (kind: ErrorKind, isOn: boolean) => {
    const next = RETRIABLE.map((each) => each.kind).filter((each) => (each === kind ? isOn : chosen.includes(each)))
    const isUsual = next.length === RETRIED.length && next.every((each) => RETRIED.includes(each))
    onChange(isUsual ? undefined : next)
  }
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 font-medium">Try again when</legend>
      {RETRIABLE.map(({ kind, label }) => (
        <Checkbox key={kind} label={label} checked={chosen.includes(kind)} onChange={(isOn) => toggle(kind, isOn)} />
      ))}
    </fieldset>
  )
}

function withPart<K extends 'first_ms' | 'max_ms' | 'jitter' | 'on'>(retry: Retry, part: K, value: Retry[K] | undefined): Retry {
  const rest: Retry = { ...without(retry, part), attempts: retry.attempts }
  return value === undefined ? rest : { ...rest, [part]: value }
}
