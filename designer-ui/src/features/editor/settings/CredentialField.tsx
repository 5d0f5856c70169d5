import { useQuery } from '@tanstack/react-query'

import { credentialsQuery } from '@/api/credentials'
import type { DocNode, NodeType } from '@/api/types'
import { Field } from '@/ui/Field'
import { Select } from '@/ui/Input'

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
  const isKnown = chosen === undefined || fitting.some(({ name }) => name === chosen)
  return (
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
  )
}
