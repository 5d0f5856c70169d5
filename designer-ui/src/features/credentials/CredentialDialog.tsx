import { lazy, Suspense, useState } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'

import { changeCredential, type Credential, type CredentialSlot, createCredential, credentialsQuery } from '@/api/credentials'
import { asProblem } from '@/api/problem'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { Input, Select, Textarea } from '@/ui/Input'
import { ProblemCard } from '@/ui/ProblemCard'
import { toast } from '@/ui/toast'

const Markdown = lazy(() => import('@/ui/Markdown'))

interface CredentialDialogProps {
  slots: CredentialSlot[]
  /** The one to change; a new one is made when absent. */
  credential?: Credential
  onClose: () => void
}

const keyOf = ({ plugin, slot }: { plugin: string; slot: string }) => `${plugin}/${slot}`

/** Makes a credential, or changes one. Secrets that are there are not shown, and stay when nothing is typed. */
export function CredentialDialog({ slots, credential, onClose }: CredentialDialogProps) {
  const queryClient = useQueryClient()
  const [chosen, setChosen] = useState(credential ? keyOf(credential) : slots[0] ? keyOf(slots[0]) : '')
  const slot = slots.find((slot) => keyOf(slot) === chosen)
  const [title, setTitle] = useState(credential?.title ?? '')
  const [name, setName] = useState<string>()
  const [values, setValues] = useState<Record<string, string>>({})
  const save = useMutation({
    mutationFn: () => {
      if (credential) return changeCredential(credential.id, { title, fields: values })
      const { plugin, slot: into } = slot ?? { plugin: '', slot: '' }
      return createCredential({ name: name ?? slug(title), title, plugin, slot: into, fields: values })
    },
    onSuccess: async (saved) => {
      onClose()
      toast({ tone: 'success', title: credential ? `${saved.title} is changed` : `${saved.title} is kept`, detail: `Steps name it ${saved.name}.` })
      await queryClient.invalidateQueries({ queryKey: credentialsQuery.queryKey })
    },
  })
  const problem = save.error ? asProblem(save.error) : undefined
  const at = problem?.document.pointer
  const problemAt = (pointer: string) => (at === pointer ? problem?.message : undefined)
  const isKnown = at === '/name' || at === '/title' || slot?.fields.some((field) => at === `/fields/${field.name}`)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={credential ? `Change ${credential.title}` : 'New credential'}
      description={slot ? `It goes to ${slot.hosts.join(', ') || 'no host'}, and nowhere else.` : undefined}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="credential" variant="primary" busy={save.isPending}>
            {credential ? 'Save' : 'Make credential'}
          </Button>
        </>
      }
    >
      <form
        id="credential"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        {problem && isKnown !== true && <ProblemCard problem={problem} />}
        {!credential && (
          <Field label="For">
            <Select
              value={chosen}
              onChange={(next) => {
                setChosen(next)
                setValues({})
              }}
              options={slots.map((slot) => ({ value: keyOf(slot), label: `${slot.plugin_name}: ${slot.title}` }))}
            />
          </Field>
        )}
        {slot && slot.docs !== '' && (
          <Suspense>
            <Markdown text={slot.docs} />
          </Suspense>
        )}
        <Field label="Title" error={problemAt('/title')}>
          <Input value={title} required maxLength={80} placeholder="Slack of the support team" onChange={(event) => setTitle(event.target.value)} />
        </Field>
        {!credential && (
          <Field label="Name" error={problemAt('/name')} hint="What workflows call it. It stays when the title changes.">
            <Input value={name ?? slug(title)} required maxLength={64} className="font-mono text-xs" onChange={(event) => setName(event.target.value)} />
          </Field>
        )}
        {slot?.fields.map((field) => {
          const before = credential?.fields[field.name]
          const isSet = before !== undefined
          const set = (value: string) => setValues({ ...values, [field.name]: value })
          const isLong = /key|certificate|pem/.test(field.name) && field.secret && slot.type === 'jwt'
          const shared = {
            required: !field.optional && !isSet,
            value: values[field.name] ?? before?.value ?? '',
            autoComplete: 'off',
            spellCheck: false,
            ...(field.secret && isSet && { placeholder: '•••• is kept; type to replace it' }),
          }
          return (
            <Field key={field.name} label={field.title} optional={field.optional} hint={field.description === '' ? undefined : field.description} error={problemAt(`/fields/${field.name}`)}>
              {isLong ? (
                <Textarea {...shared} className="font-mono text-xs" onChange={(event) => set(event.target.value)} />
              ) : (
                <Input {...shared} type={field.secret ? 'password' : 'text'} onChange={(event) => set(event.target.value)} />
              )}
            </Field>
          )
        })}
      </form>
    </Dialog>
  )
}

/** A name made from a title: small letters, digits and `_`, a letter first. */
export function slug(title: string): string {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
  return words.replace(/^[^a-z]+|_+$/g, '').slice(0, 64)
}
