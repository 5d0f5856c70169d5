import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'

import { type Credential, credentialSlotsQuery, credentialsQuery } from '@/api/credentials'
import { asProblem } from '@/api/problem'
import { CredentialDialog } from '@/features/credentials/CredentialDialog'
import { CredentialRow } from '@/features/credentials/CredentialRow'
import { RemoveCredentialDialog } from '@/features/credentials/RemoveCredentialDialog'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { useDocumentTitle } from '@/ui/document_title'
import { EmptyState } from '@/ui/EmptyState'
import { PageBody, TopBar } from '@/ui/Page'
import { ProblemCard } from '@/ui/ProblemCard'
import { Skeleton } from '@/ui/Skeleton'
import { HeadCell, Table, TableHead } from '@/ui/Table'

type Open = { what: 'new' } | { what: 'edit' | 'remove'; credential: Credential } | null

/** What plugins speak for somebody with. */
export function CredentialsPage() {
  useDocumentTitle('Credentials')
  const credentials = useQuery(credentialsQuery)
  const slots = useQuery(credentialSlotsQuery)
  const [open, setOpen] = useState<Open>(null)
  const canMake = (slots.data?.items.length ?? 0) > 0
  const make = (
    <Button variant="primary" icon={<Plus />} disabled={!canMake} onClick={() => setOpen({ what: 'new' })}>
      New credential
    </Button>
  )
  const problem = credentials.error ?? slots.error
  const close = () => setOpen(null)
  return (
    <>
      <TopBar title="Credentials">{make}</TopBar>
      <PageBody className="max-w-5xl">
        <p className="text-muted">
          Plugins speak for you with these. Secrets are stored encrypted, are never shown again, and never enter a plugin: Weft adds them to requests
          to the hosts they are meant for.
        </p>
        {(credentials.isPending || slots.isPending) && problem === null && (
          <Card className="flex flex-col gap-3 p-4" role="status" aria-label="Loading credentials">
            <Skeleton className="w-64" />
            <Skeleton className="w-48" />
          </Card>
        )}
        {problem && <ProblemCard problem={asProblem(problem)} action={<Button onClick={() => void credentials.refetch()}>Try again</Button>} />}
        {credentials.data?.items.length === 0 && slots.data && (
          <Card>
            <EmptyState icon={<KeyRound />} title="No credentials yet" action={canMake ? make : undefined}>
              {canMake
                ? 'Make one for a plugin, then choose it in the settings of a step.'
                : 'No enabled plugin asks for a credential. Once one does, credentials for it are made here.'}
            </EmptyState>
          </Card>
        )}
        {credentials.data && credentials.data.items.length > 0 && (
          <Table label="Credentials">
            <TableHead>
              <HeadCell>Title</HeadCell>
              <HeadCell>Name</HeadCell>
              <HeadCell>For</HeadCell>
              <HeadCell>Changed</HeadCell>
              <HeadCell>
                <span className="sr-only">Actions</span>
              </HeadCell>
            </TableHead>
            <tbody>
              {credentials.data.items.map((credential) => (
                <CredentialRow
                  // What a test told is of the credential as it was.
                  key={`${credential.id}/${credential.updated_at_ms}`}
                  credential={credential}
                  purpose={`${slots.data?.items.find(({ plugin }) => plugin === credential.plugin)?.plugin_name ?? credential.plugin}, ${credential.slot}`}
                  onEdit={() => setOpen({ what: 'edit', credential })}
                  onRemove={() => setOpen({ what: 'remove', credential })}
                />
              ))}
            </tbody>
          </Table>
        )}
      </PageBody>
      {open?.what === 'new' && slots.data && <CredentialDialog slots={slots.data.items} onClose={close} />}
      {open?.what === 'edit' && slots.data && <CredentialDialog slots={slots.data.items} credential={open.credential} onClose={close} />}
      {open?.what === 'remove' && <RemoveCredentialDialog credential={open.credential} onClose={close} />}
    </>
  )
}
