import { Pencil, Trash2 } from 'lucide-react'

import { type Credential, testCredential } from '@/api/credentials'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { RelativeTime } from '@/ui/RelativeTime'
import { Cell, Row } from '@/ui/Table'
import { TestResult, useTest } from '@/ui/TestResult'

interface CredentialRowProps {
  credential: Credential
  /** The plugin and its slot, in words. */
  purpose: string
  onEdit: () => void
  onRemove: () => void
}

export function CredentialRow({ credential, purpose, onEdit, onRemove }: CredentialRowProps) {
  const { title, name } = credential
  const test = useTest(() => testCredential(credential.id))
  return (
    <Row>
      <Cell className="font-medium">
        {title}
        <TestResult state={test.state} />
      </Cell>
      <Cell>
        <code className="font-mono text-xs">{name}</code>
      </Cell>
      <Cell className="text-muted">{purpose}</Cell>
      <Cell className="text-muted">
        <RelativeTime atMs={credential.updated_at_ms} />
      </Cell>
      <Cell>
        <div className="flex items-center justify-end gap-1">
          <Button size="sm" aria-label={`Test ${title}`} busy={test.state.kind === 'testing'} onClick={test.run}>
            Test
          </Button>
          <IconButton label={`Change ${title}`} icon={<Pencil />} onClick={onEdit} />
          <IconButton label={`Remove ${title}`} icon={<Trash2 />} onClick={onRemove} />
        </div>
      </Cell>
    </Row>
  )
}
