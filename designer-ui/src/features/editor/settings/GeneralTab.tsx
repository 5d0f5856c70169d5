import type { DocNode, Json, NodeType, Problem } from '@/api/types'
import { CopyButton } from '@/ui/CopyButton'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { Switch } from '@/ui/Switch'

import type { NodeField } from '../model/document'
import { DurationInput } from './DurationInput'
import { type ErrorPort, FailureFields } from './FailureFields'
import { LinesInput } from './LinesInput'
import { PinnedField } from './PinnedField'
import { all, type Located, within } from './problems'
import { RetryFields } from './RetryFields'

export interface GeneralTabProps {
  node: DocNode
  nodeType: NodeType | undefined
  problems: Located[]
  errorPort: ErrorPort | undefined
  /** What the step made in the run that is shown. */
  output: Json | undefined
  onNodeField: (field: NodeField, value: unknown) => void
}

/** What every step has, whatever its type. */
export function GeneralTab({ node, nodeType, problems, errorPort, output, onNodeField }: GeneralTabProps) {
  const runs = nodeType === undefined || nodeType.role === 'step' || nodeType.role === 'container'
  const problemOf = (field: string) => messages(all(within(problems, field)))
  return (
    <div className="flex flex-col gap-4">
      <Field label="Display name" error={problemOf('name')} hint="Shown on the canvas. Expressions use the id.">
        <Input
          value={node.name ?? ''}
          placeholder={nodeType?.title ?? node.id}
          onChange={(event) => onNodeField('name', event.target.value === '' ? undefined : event.target.value)}
        />
      </Field>
      <Field label="Id" error={problemOf('id')} hint={`Its output is steps.${node.id} in expressions.`} action={<CopyButton text={node.id} />}>
        <Input value={node.id} readOnly className="bg-sunken font-mono text-xs" />
      </Field>
      {runs && (
        <>
          <Field label="Timeout" optional error={problemOf('timeout_ms')} hint="How long one attempt may take or wait.">
            <DurationInput value={node.timeout_ms} placeholder="60 s for a call, none for a wait" onChange={(value) => onNodeField('timeout_ms', value)} />
          </Field>
          <RetryFields retry={node.retry} problems={problemOf('retry')} onChange={(retry) => onNodeField('retry', retry)} />
          <div className="flex flex-col gap-4 border-t border-line pt-4">
            <FailureFields node={node} nodeType={nodeType} errorPort={errorPort} problemOf={problemOf} onNodeField={onNodeField} />
            <Field
              label="Hidden in history"
              optional
              error={problemOf('mask')}
              hint="Paths in its output, one to a line, such as card.number. History keeps ••• in their place."
            >
              <LinesInput value={node.mask} placeholder="card.number" onChange={(mask) => onNodeField('mask', mask)} />
            </Field>
          </div>
          <PinnedField pinned={node.pinned} output={output} onChange={(pinned) => onNodeField('pinned', pinned)} />
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

function messages(problems: readonly Problem[]): string | undefined {
  return problems.length === 0 ? undefined : problems.map(({ message }) => message).join(' ')
}
