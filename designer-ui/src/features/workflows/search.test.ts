import { describe, expect, it } from 'vitest'

import type { WorkflowSummary } from '@/api/types'
import { matching } from '@/features/workflows/search'

const workflow = (name: string, type: string, label: string): WorkflowSummary => ({
  id: `wf_${name}`,
  name,
  published_revision: null,
  created_at_ms: 0,
  updated_at_ms: 0,
  triggers: [{ node: 'start', type, label }],
  last_run: null,
  run_counts: { succeeded: 0, failed: 0 },
})

const ALL = [workflow('Order alerts', 'webhook', '/hooks/orders'), workflow('Daily report', 'schedule', 'Every day at 09:00')]

describe('searching workflows', () => {
  const check = (search: string, ...names: string[]) => expect(matching(ALL, search).map(({ name }) => name)).toEqual(names)

  it('finds by name and trigger, in any case', () => {
    check('ORDER', 'Order alerts')
    check('schedule', 'Daily report')
    check('hooks/ord', 'Order alerts')
  })

  it('wants every word', () => {
    check('daily 09:00', 'Daily report')
    check('daily hooks')
  })

  it('finds all with nothing to search for', () => {
    check('  ', 'Order alerts', 'Daily report')
  })
})
