import type { DocNode, NodeType } from '@/api/types'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Select } from '@/ui/Input'

import type { NodeField } from '../model/document'

/** The way out of a failed step that leads to other steps. */
export interface ErrorPort {
  isConnected: boolean
  /** Asks for the step that follows a failure. */
  onConnect: () => void
}

interface FailureFieldsProps {
  node: DocNode
  nodeType: NodeType | undefined
  errorPort: ErrorPort | undefined
  problemOf: (field: string) => string | undefined
  onNodeField: (field: NodeField, value: unknown) => void
}

const FAILS = { value: 'fail', label: 'Fail the run' }
const CONTINUES = { value: 'continue', label: 'Go on, with the error as output' }
const BY_PORT = { value: 'port', label: 'Go on by the Error port' }

/** What happens when the step fails for good, and when nobody knows whether it did. */
export function FailureFields({ node, nodeType, errorPort, problemOf, onNodeField }: FailureFieldsProps) {
  const hasPort = nodeType?.error_port === true && errorPort !== undefined
  const isByPort = hasPort && errorPort.isConnected
  const value = isByPort ? BY_PORT.value : (node.on_error ?? FAILS.value)
  const choose = (next: string) => {
    if (next === BY_PORT.value) errorPort?.onConnect()
    else onNodeField('on_error', next === CONTINUES.value ? next : undefined)
  }
  return (
    <>
      <Field
        label="When it fails"
        error={problemOf('on_error')}
        hint={isByPort ? 'A line leads away from its Error port. Remove the line to choose otherwise.' : HINTS[node.on_error ?? 'fail']}
      >
        <Select
          value={value}
          disabled={isByPort}
          options={hasPort ? [FAILS, CONTINUES, BY_PORT] : [FAILS, CONTINUES]}
          onChange={choose}
        />
      </Field>
      {hasPort && !isByPort && (
        <Button size="sm" className="-mt-2 self-start" onClick={errorPort.onConnect}>
          Add a step for failures
        </Button>
      )}
      {nodeType !== undefined && nodeType.effects !== 'none' && (
        <Field
          label="After a crash"
          error={problemOf('after_crash')}
          hint="When the server stopped while the step was under way, nobody knows whether it reached the other side."
        >
          <Select
            value={node.after_crash ?? ''}
            options={[
              { value: '', label: nodeType.idempotent === 'no' ? 'As its type says: ask a person' : 'As its type says: do it again' },
              { value: 'retry', label: 'Do it again' },
              { value: 'ask', label: 'Ask a person' },
            ]}
            onChange={(next) => onNodeField('after_crash', next === '' ? undefined : next)}
          />
        </Field>
      )}
    </>
  )
}

const HINTS = {
  fail: 'The run fails; inside a loop, the turn.',
  continue: 'Steps that follow see {"error": …} as its output.',
}
