import type { WorkflowSummary } from '@/api/types'

/** The workflows whose name, or a trigger's label or type, has every word. */
export function matching(workflows: WorkflowSummary[], search: string): WorkflowSummary[] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== '')
  return workflows.filter((workflow) => {
    const text = [workflow.name, ...workflow.triggers.flatMap(({ label, type }) => [label, type])].join('\n').toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
