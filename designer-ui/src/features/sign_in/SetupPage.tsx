import { useState } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useLocation, useNavigate } from '@tanstack/react-router'

import type { ApiProblem } from '@/api/problem'
import { asProblem } from '@/api/problem'
import { meQuery, type Owner, setUp, setupQuery } from '@/api/session'
import { AuthFrame } from '@/features/sign_in/AuthFrame'
import { ownerErrors, tokenOf } from '@/features/sign_in/owner'
import { Button } from '@/ui/Button'
import { useDocumentTitle } from '@/ui/document_title'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { ProblemCard } from '@/ui/ProblemCard'

/** Where the one-time link of a fresh server leads: makes its owner. */
export function SetupPage() {
  useDocumentTitle('Set up')
  const token = tokenOf(useLocation({ select: (location) => location.hash }))
  const { data } = useQuery(setupQuery)
  if (data?.needed === false) return <AlreadyDone />
  if (token === null) return <NoToken />
  return <OwnerForm token={token} />
}

function AlreadyDone() {
  return (
    <AuthFrame title="Weft is set up" lead="This server has an owner, so the one-time link has done its work.">
      <Button variant="primary" className="w-full" asChild>
        <Link to="/sign-in">Sign in</Link>
      </Button>
    </AuthFrame>
  )
}

function NoToken() {
  return (
    <AuthFrame title="Set up Weft" lead="This server has no owner yet.">
      <p>
        For safety, setting up needs the one-time link that the server printed when it started. Look for a line with{' '}
        <code className="rounded-sm bg-sunken px-1 font-mono text-xs">/setup#token=…</code> in its terminal or log and open that link.
      </p>
      <p className="mt-3 text-muted">The link is gone? Start the server again and it prints a new one.</p>
    </AuthFrame>
  )
}

function OwnerForm({ token }: { token: string }) {
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [owner, setOwner] = useState<Omit<Owner, 'token'>>({ name: '', email: '', password: '' })
  const [isSubmitted, setSubmitted] = useState(false)
  const making = useMutation({
    mutationFn: setUp,
    onSuccess: async (me) => {
      queryClient.setQueryData(meQuery.queryKey, me)
      await navigate({ to: '/', replace: true })
      queryClient.setQueryData(setupQuery.queryKey, { needed: false })
    },
  })
  const problem = making.error ? asProblem(making.error) : undefined
  const errors = { ...(isSubmitted ? ownerErrors(owner) : {}), ...fieldError(problem) }
  const set = (name: keyof typeof owner) => (event: React.ChangeEvent<HTMLInputElement>) => {
    making.reset()
    setOwner({ ...owner, [name]: event.target.value })
  }
  return (
    <AuthFrame title="Welcome to Weft" lead="Make the account of the owner. It takes a minute.">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          setSubmitted(true)
          if (Object.keys(ownerErrors(owner)).length === 0) making.mutate({ ...owner, email: owner.email.trim(), token })
        }}
      >
        {problem && problem.field === undefined && <ProblemCard problem={problem} />}
        <Field label="Your name" error={errors.name}>
          <Input autoComplete="name" autoFocus required value={owner.name} onChange={set('name')} />
        </Field>
        <Field label="Email" error={errors.email}>
          <Input type="email" autoComplete="username" required value={owner.email} onChange={set('email')} />
        </Field>
        <Field label="Password" hint="At least 12 characters. A few random words are easy to remember." error={errors.password}>
          <Input type="password" autoComplete="new-password" required value={owner.password} onChange={set('password')} />
        </Field>
        <Button type="submit" variant="primary" busy={making.isPending}>
          Create owner
        </Button>
      </form>
    </AuthFrame>
  )
}

function fieldError(problem: ApiProblem | undefined): Partial<Record<keyof Owner, string>> {
  return problem?.field === undefined ? {} : { [problem.field]: problem.detail }
}
