import { useState } from 'react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { CircleCheck, CircleSlash, Clock, type LucideIcon, SearchX } from 'lucide-react'

import { answerPublicApproval, publicApprovalQuery } from '@/api/approvals'
import { asProblem } from '@/api/problem'
import type { ApprovalAnswer, PublicApproval } from '@/api/types'
import { ApprovalFacts } from '@/features/approvals/ApprovalFacts'
import { ApprovalForm } from '@/features/approvals/ApprovalForm'
import { ApprovalText } from '@/features/approvals/ApprovalText'
import { type Over, overBy } from '@/features/approvals/public_state'
import { questionOf } from '@/features/approvals/search'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { useNow } from '@/ui/clock'
import { useDocumentTitle } from '@/ui/document_title'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { Logo } from '@/ui/Logo'
import { ProblemCard } from '@/ui/ProblemCard'
import { Skeleton } from '@/ui/Skeleton'

/** Where somebody without an account answers, by the link they were sent. */
export function PublicApprovalPage() {
  const { token } = useParams({ from: '/approve/$token' })
  const approval = useQuery(publicApprovalQuery(token))
  useDocumentTitle(approval.data ? questionOf(approval.data) : 'Approval')
  const problem = approval.error && asProblem(approval.error)
  const over = problem && overBy(problem)
  return (
    <main className="flex h-full flex-col items-center overflow-y-auto p-4 sm:pt-[8vh]">
      <div className="w-full max-w-lg">
        <p className="mb-3 flex items-center gap-2 font-semibold text-muted">
          <Logo className="size-6" />
          Weft
        </p>
        <Card className="p-5">
          {approval.isPending && <Loading />}
          {problem && over && <Ended over={over} />}
          {problem && !over && (
            <ProblemCard problem={problem} action={<Button onClick={() => void approval.refetch()}>Try again</Button>} />
          )}
          {approval.data && <Question token={token} approval={approval.data} />}
        </Card>
      </div>
    </main>
  )
}

function Question({ token, approval }: { token: string; approval: PublicApproval }) {
  const nowMs = useNow()
  const [name, setName] = useState('')
  const answering = useMutation({
    mutationFn: (answer: ApprovalAnswer) =>
      answerPublicApproval(token, { ...answer, ...(name.trim() !== '' && { name: name.trim() }) }),
  })
  const problem = answering.error && asProblem(answering.error)
  const over = problem && overBy(problem)
  if (answering.isSuccess) return <Thanks title={questionOf(approval)} choice={titleOf(approval, answering.variables.choice)} />
  if (over) return <Ended over={over} />
  if (approval.closed_at_ms !== null) return <Ended over="answered" />
  if (approval.expires_at_ms !== null && approval.expires_at_ms <= nowMs) return <Ended over="expired" />
  return (
    <div className="flex flex-col gap-4">
      <header className="flex flex-col gap-1">
        <h1 className="text-xl font-semibold break-words">{questionOf(approval)}</h1>
        <p className="text-muted">{approval.workflow_name} asks for your answer.</p>
        <ApprovalFacts approval={approval} />
      </header>
      <ApprovalText text={approval.text} />
      {problem && <ProblemCard problem={problem} />}
      <ApprovalForm approval={approval} sending={answering.isPending ? answering.variables.choice : null} onAnswer={(answer) => answering.mutate(answer)}>
        <Field label="Your name" optional hint="Kept with the answer.">
          <Input autoComplete="name" maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
      </ApprovalForm>
    </div>
  )
}

function titleOf(approval: PublicApproval, choice: string): string {
  return approval.choices.find(({ port }) => port === choice)?.title ?? choice
}

function Thanks({ title, choice }: { title: string; choice: string }) {
  return (
    <State icon={CircleCheck} title="Thank you" look="bg-success-soft text-success-ink">
      Your answer to “{title}” is <strong>{choice}</strong>. You can close this page.
    </State>
  )
}

const OVER: Record<Over, { icon: LucideIcon; title: string; text: string }> = {
  unknown: { icon: SearchX, title: 'This link leads to nothing', text: 'Check that it is complete. The question it was for may have been removed.' },
  expired: { icon: Clock, title: 'The time to answer is over', text: 'Nobody answered in time, and what happens then has happened. Ask whoever sent you the link.' },
  answered: { icon: CircleSlash, title: 'This is no longer open', text: 'It was answered already, or is not needed any more. There is nothing left to do for you.' },
}

function Ended({ over }: { over: Over }) {
  const { icon, title, text } = OVER[over]
  return (
    <State icon={icon} title={title} look="bg-accent-soft text-accent-ink">
      {text}
    </State>
  )
}

function State({ icon: Icon, title, look, children }: { icon: LucideIcon; title: string; look: string; children: React.ReactNode }) {
  return (
    <div role="status" className="flex flex-col items-center py-6 text-center">
      <span className={`mb-3 inline-flex size-10 items-center justify-center rounded-xl ${look}`}>
        <Icon aria-hidden className="size-5" />
      </span>
      <h1 className="text-lg font-semibold">{title}</h1>
      <p className="mt-1 max-w-sm text-muted">{children}</p>
    </div>
  )
}

function Loading() {
  return (
    <div role="status" aria-label="Loading the question" className="flex flex-col gap-3">
      <Skeleton className="h-7 w-2/3" />
      <Skeleton className="h-20 w-full" />
      <Skeleton className="h-8 w-40" />
    </div>
  )
}
