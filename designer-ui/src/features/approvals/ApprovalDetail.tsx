import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { answerApproval, approvalsKey } from '@/api/approvals'
import { asProblem } from '@/api/problem'
import type { Approval, ApprovalAnswer } from '@/api/types'
import { ApprovalFacts } from '@/features/approvals/ApprovalFacts'
import { ApprovalForm } from '@/features/approvals/ApprovalForm'
import { ApprovalText } from '@/features/approvals/ApprovalText'
import { questionOf } from '@/features/approvals/search'
import { CopyButton } from '@/ui/CopyButton'
import { ProblemCard } from '@/ui/ProblemCard'
import { toast } from '@/ui/toast'

interface ApprovalDetailProps {
  approval: Approval
  isOpen: boolean
  onAnswered: () => void
}

/** One approval: what it is about, and the way to answer it. */
export function ApprovalDetail({ approval, isOpen, onAnswered }: ApprovalDetailProps) {
  const queryClient = useQueryClient()
  const answering = useMutation({
    mutationFn: (answer: ApprovalAnswer) => answerApproval(approval.run_id, { ...answer, path: approval.path }),
    onSuccess: async (_nothing, { choice }) => {
      const title = approval.choices.find(({ port }) => port === choice)?.title ?? choice
      toast({ tone: 'success', title: `Answered: ${title}`, detail: `${approval.workflow_name} goes on.` })
      onAnswered()
      await queryClient.invalidateQueries({ queryKey: approvalsKey })
    },
  })
  return (
    <article aria-labelledby="approval-title" className="flex flex-col gap-4">
      <header className="flex flex-col gap-2">
        <h2 id="approval-title" tabIndex={-1} className="text-lg font-semibold break-words outline-none">
          {questionOf(approval)}
        </h2>
        <p className="flex flex-wrap items-center gap-x-2 text-muted">
          <Link to="/workflows/$id" params={{ id: approval.workflow_id }} className="font-medium text-accent-ink hover:underline">
            {approval.workflow_name}
          </Link>
          <Link to="/workflows/$id/runs/$runId" params={{ id: approval.workflow_id, runId: approval.run_id }} className="hover:text-ink hover:underline">
            Open the run
          </Link>
          {isOpen && approval.url !== '' && <CopyButton text={approval.url} label="Copy the link for people without an account" />}
        </p>
        <ApprovalFacts approval={approval} />
      </header>
      <ApprovalText text={approval.text} />
      {answering.error && <ProblemCard problem={asProblem(answering.error)} />}
      {isOpen && (
        <ApprovalForm
          approval={approval}
          sending={answering.isPending ? answering.variables.choice : null}
          onAnswer={(answer) => answering.mutate(answer)}
        />
      )}
    </article>
  )
}
