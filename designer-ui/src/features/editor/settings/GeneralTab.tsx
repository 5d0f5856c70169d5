import type { DocNode, NodeType, Problem, Retry } from '@/api/types'
import { CopyButton } from '@/ui/CopyButton'
import { Field } from '@/ui/Field'
import { Input, Select } from '@/ui/Input'
import { Switch } from '@/ui/Switch'

import { NumberInput } from './NumberInput'
import { all, type Located, within } from './problems'
import { RETRY_DEFAULTS, waitsInWords } from './retry_words'

export type NodeField = 'name' | 'timeout_ms' | 'retry' | 'disabled' | 'credential'

export interface GeneralTabProps {
  node: DocNode
  nodeType: NodeType | undefined
  problems: Located[]
  onNodeField: (field: NodeField, value: unknown) => void
}

/** What every step has, whatever its type. */
export function GeneralTab({ node, nodeType, problems, onNodeField }: GeneralTabProps) {
  const runs = nodeType === undefined || nodeType.role === 'step' || nodeType.role === 'container'
  const errorsOf = (field: string) => messages(all(within(problems, field)))
  return (
    <div className="flex flex-col gap-4">
      <Field label="Display name" error={errorsOf('name')} hint="Shown on the canvas. Expressions use the id.">
        <Input
          value={node.name ?? ''}
          placeholder={nodeType?.title ?? node.id}
          onChange={(event) => onNodeField('name', event.target.value === '' ? undefined : event.target.value)}
        />
      </Field>
      <Field label="Id" error={errorsOf('id')} hint={`Its output is steps.${node.id} in expressions.`} action={<CopyButton text={node.id} />}>
        <Input value={node.id} readOnly className="bg-sunken font-mono text-xs" />
      </Field>
      {runs && (
        <>
          <Field label="Timeout" optional error={errorsOf('timeout_ms')} hint="How long one attempt may take, in milliseconds.">
            <NumberInput value={node.timeout_ms} isTime placeholder="No limit of its own" onChange={(value) => onNodeField('timeout_ms', value)} />
          </Field>
          <RetryFields retry={node.retry} problems={messages(all(within(problems, 'retry')))} onChange={(retry) => onNodeField('retry', retry)} />
        </>
      )}
      {nodeType?.role !== 'note' && (
        <div className="flex items-start justify-between gap-4 border-t border-line pt-4">
          <div>
            <p aria-hidden className="font-medium">
              Disabled
            </p>
            <p className="text-xs text-muted">
              {nodeType?.role === 'trigger' ? 'A disabled trigger starts no runs.' : 'A disabled step passes its input on and does nothing.'}
            </p>
          </div>
          <Switch label="Disabled" checked={node.disabled ?? false} onChange={(isDisabled) => onNodeField('disabled', isDisabled)} />
        </div>
      )}
    </div>
  )
}

interface RetryFieldsProps {
  retry: Retry | undefined
  problems: string | undefined
  onChange: (retry: Retry | undefined) => void
}

function RetryFields({ retry, problems, onChange }: RetryFieldsProps) {
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
          <Field label="First pause (ms)">
            <NumberInput
              value={retry.first_ms}
              isTime
              placeholder={String(RETRY_DEFAULTS.first_ms)}
              onChange={(first_ms) => onChange(withTime(retry, 'first_ms', first_ms))}
            />
          </Field>
          <Field label="Longest pause (ms)">
            <NumberInput
              value={retry.max_ms}
              isTime
              placeholder={String(RETRY_DEFAULTS.max_ms)}
              onChange={(max_ms) => onChange(withTime(retry, 'max_ms', max_ms))}
            />
          </Field>
        </div>
      )}
    </fieldset>
  )
}

function withTime(retry: Retry, field: 'first_ms' | 'max_ms', value: number | undefined): Retry {
  const next = { ...retry }
  if (value === undefined) Reflect.deleteProperty(next, field)
  else next[field] = value
  return next
}

function messages(problems: readonly Problem[]): string | undefined {
  return problems.length === 0 ? undefined : problems.map(({ message }) => message).join(' ')
}
