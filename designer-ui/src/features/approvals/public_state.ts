import type { ApiProblem } from '@/api/problem'

/** What became of an approval that can no longer be answered. */
export type Over = 'unknown' | 'expired' | 'answered'

/** What a refusal of the API says about the approval itself; nothing when it is about something else. */
export function overBy(problem: ApiProblem): Over | null {
  if (problem.code === 'approval_closed') return 'answered'
  return problem.status === 404 ? 'unknown' : null
}
