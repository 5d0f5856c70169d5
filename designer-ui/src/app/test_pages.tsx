import { createMemoryHistory, RouterProvider } from '@tanstack/react-router'
import { QueryClientProvider } from '@tanstack/react-query'
import { render } from '@testing-library/react'
import userEvent from '@testing-library/user-event'

import { createQueryClient } from '@/api/query_client'
import { type Answer, json, serveFetch } from '@/api/test_fetch'
import type { Run, WorkflowSummary } from '@/api/types'
import { createAppRouter } from '@/app/router'
import { Toaster } from '@/ui/Toaster'
import { TooltipProvider } from '@/ui/Tooltip'

export const ME = { kind: 'user', name: 'Ada Lovelace', email: 'ada@example.com', workspace: { id: 'ws_1', name: 'Engines' } }

/** The whole designer at a path, with a server that answers by these routes. */
export function open(path: string, routes: Record<string, Answer>) {
  const calls = serveFetch({
    'GET /me': () => json(ME),
    'GET /examples': () => json({ items: [], next: null }),
    'GET /approvals': () => json({ items: [], next: null }),
    ...routes,
  })
  const queryClient = createQueryClient()
  const router = createAppRouter(queryClient, createMemoryHistory({ initialEntries: [path] }))
  render(
    <QueryClientProvider client={queryClient}>
      <TooltipProvider>
        <RouterProvider router={router} />
        <Toaster />
      </TooltipProvider>
    </QueryClientProvider>,
  )
  return { calls, router, user: userEvent.setup() }
}

export const workflow: WorkflowSummary = {
  id: 'wf_1',
  name: 'Order alerts',
  published_revision: 3,
  created_at_ms: 0,
  updated_at_ms: 0,
  triggers: [{ node: 'order_in', type: 'webhook', label: '/hooks/orders' }],
  last_run: null,
  run_counts: { succeeded: 12, failed: 1 },
}

export const run: Run = {
  id: 'run_1',
  workflow_id: 'wf_1',
  workflow_name: 'Order alerts',
  revision: 3,
  status: 'failed',
  trigger: { kind: 'webhook', node: 'order_in' },
  input: null,
  output: null,
  error: { kind: 'permanent', code: 'http_status', message: 'It answered 404.', node: null, path: null, pointer: null, details: null },
  parent: null,
  retry_of: null,
  incidents: 0,
  events: 7,
  warning: null,
  created_at_ms: 0,
  started_at_ms: 0,
  finished_at_ms: 100,
}
