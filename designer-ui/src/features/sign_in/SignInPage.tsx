import { useState } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'

import { asProblem } from '@/api/problem'
import { meQuery, signIn } from '@/api/session'
import { AuthFrame } from '@/features/sign_in/AuthFrame'
import { Button } from '@/ui/Button'
import { useDocumentTitle } from '@/ui/document_title'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { ProblemCard } from '@/ui/ProblemCard'

export function SignInPage() {
  useDocumentTitle('Sign in')
  const { return: returnTo = '/' } = useSearch({ from: '/sign-in' })
  const router = useRouter()
  const queryClient = useQueryClient()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const entry = useMutation({
    mutationFn: signIn,
    onSuccess: (me) => {
      queryClient.setQueryData(meQuery.queryKey, me)
      router.history.push(returnTo)
    },
  })
  return (
    <AuthFrame title="Sign in to Weft" lead="Draw workflows and let them run.">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          entry.mutate({ email: email.trim(), password })
        }}
      >
        {entry.error && <ProblemCard problem={explain(entry.error)} />}
        <Field label="Email">
          <Input type="email" autoComplete="username" required autoFocus value={email} onChange={(event) => setEmail(event.target.value)} />
        </Field>
        <Field label="Password">
          <Input
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        <Button type="submit" variant="primary" busy={entry.isPending}>
          Sign in
        </Button>
      </form>
    </AuthFrame>
  )
}

function explain(error: unknown) {
  const problem = asProblem(error)
  if (problem.status !== 401) return problem
  return {
    title: 'This email and password do not match',
    detail: 'Check both for typing mistakes. An owner of the workspace can set a new password.',
    code: problem.code,
  }
}
