import { useQuery } from '@tanstack/react-query'

import { type Credential, credentialsQuery, testCredential } from '@/api/credentials'
import type { DocNode, NodeType } from '@/api/types'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Select } from '@/ui/Input'
import { TestResult, useTest } from '@/ui/TestResult'

interface CredentialFieldProps {
  node: DocNode
  nodeType: NodeType
  error: string | undefined
  onChange: (credential: string | undefined) => void
}

/** Chooses for whom a step speaks, among the credentials made for the slot its type needs. */
export function CredentialField({ node, nodeType, error, onChange }: CredentialFieldProps) {
  const credentials = useQuery(credentialsQuery)
  const plugin = nodeType.id.split('/')[0]
  const fitting = credentials.data?.items.filter((credential) => credential.plugin === plugin && credential.slot === nodeType.credential) ?? []
  const chosen = node.credential
  const known = fitting.find(({ name }) => name === chosen)
  const isKnown = chosen === undefined || known !== undefined
  return (
    <div className="flex flex-col gap-1">
      <Field
        label="Credential"
        error={error}
        hint={
          <>
            Made on the{' '}
            <a href="/credentials" target="_blank" rel="noreferrer" className="text-accent-ink underline underline-offset-2">
              Credentials page
            </a>
            , for {nodeType.credential} of this plugin.
          </>
        }
      >
        <Select
          value={chosen ?? ''}
          onChange={(name) => onChange(name === '' ? undefined : name)}
          options={[
            { value: '', label: fitting.length === 0 && !credentials.isPending ? 'None made yet' : 'Choose one' },
            ...(isKnown ? [] : [{ value: chosen, label: credentials.isPending ? chosen : `${chosen} (not there)` }]),
            ...fitting.map(({ name, title }) => ({ value: name, label: title })),
          ]}
        />
      </Field>
      {known !== undefined && <Test key={`${known.id}/${known.updated_at_ms}`} credential={known} />}
    </div>
  )
}

/** Asks the plugin whether the service takes the credential. */
function Test({ credential }: { credential: Credential }) {
  const { state, run } = useTest(() => testCredential(credential.id))
  return (
    <div className="flex items-start gap-2">
      <Button size="sm" aria-label={`Test ${credential.title}`} busy={state.kind === 'testing'} onClick={run}>
        Test
      </Button>
      <div className="min-w-0 py-1.5">
        <TestResult state={state} />
      </div>
    </div>
  )
}
