import type { Approval, ApprovalStatus } from '@/api/types'

/** Which approvals the inbox lists and which is open, as it stands in the URL. */
export interface ApprovalsSearch {
  status?: ApprovalStatus
  run?: string
  path?: string
}

/** What a URL says; whatever it says wrongly is left out. */
export function parseApprovalsSearch(search: Record<string, unknown>): ApprovalsSearch {
  const { run, path } = search
  return {
    ...(search.status === 'answered' && { status: 'answered' as const }),
    ...(typeof run === 'string' && typeof path === 'string' && run !== '' && path !== '' && { run, path }),
  }
}

/** What is asked, in a line: whoever drew the workflow may have left it out. */
export function questionOf(approval: Pick<Approval, 'title' | 'workflow_name'>): string {
  return approval.title ?? `Go on with ${approval.workflow_name}?`
}

export function isOpened(search: ApprovalsSearch, approval: Approval): boolean {
  return approval.run_id === search.run && approval.path === search.path
}

/** The approval to look at once one is answered: the next of the list, or the one before the last. */
export function after(approvals: readonly Approval[], answered: Approval): Approval | undefined {
  const at = approvals.indexOf(answered)
  return approvals[at + 1] ?? approvals[at - 1]
}
