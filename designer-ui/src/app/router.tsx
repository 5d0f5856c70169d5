import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect, type RouterHistory } from '@tanstack/react-router'

import { asProblem } from '@/api/problem'
import { runQuery } from '@/api/runs'
import { meQuery, setupQuery } from '@/api/session'
import { NotFoundPage } from '@/app/NotFoundPage'
import { PageError } from '@/app/PageError'
import { PagePending } from '@/app/PagePending'
import { parseApprovalsSearch } from '@/features/approvals/search'
import { parseRunsSearch } from '@/features/runs/search'
import { Shell } from '@/app/Shell'

interface Context {
  queryClient: QueryClient
}

const rootRoute = createRootRouteWithContext<Context>()({ component: Outlet })

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { return?: string } =>
    typeof search.return === 'string' && isLocal(search.return) ? { return: search.return } : {},
  component: lazyRouteComponent(() => import('@/features/sign_in/SignInPage'), 'SignInPage'),
})

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  component: lazyRouteComponent(() => import('@/features/sign_in/SetupPage'), 'SetupPage'),
})

/** For whoever holds the link; nobody signs in for it. */
const publicApprovalRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/approve/$token',
  component: lazyRouteComponent(() => import('@/features/approvals/PublicApprovalPage'), 'PublicApprovalPage'),
})

/** Everything for people who are signed in, inside the frame with the navigation. */
const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ context: { queryClient }, location }) => {
    try {
      await queryClient.query({ ...meQuery, staleTime: 'static' })
    } catch (error) {
      if (asProblem(error).status !== 401) throw error
      const { needed } = await queryClient.query({ ...setupQuery, staleTime: 'static' })
      if (needed) throw redirect({ to: '/setup' })
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { return: location.href } })
    }
  },
})

const workflowsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  component: lazyRouteComponent(() => import('@/features/workflows/WorkflowsPage'), 'WorkflowsPage'),
})

const editorRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/workflows/$id',
  component: lazyRouteComponent(() => import('@/features/editor/EditorPage')),
})

const runRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/workflows/$id/runs/$runId',
  component: lazyRouteComponent(() => import('@/features/editor/RunPage')),
})

const runsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/runs',
  validateSearch: parseRunsSearch,
  component: lazyRouteComponent(() => import('@/features/runs/RunsPage'), 'RunsPage'),
})

/** A run by its id alone, for links that do not know its workflow. */
const runByIdRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/runs/$runId',
  beforeLoad: async ({ context: { queryClient }, params: { runId } }) => {
    const { workflow_id: id } = await queryClient.query({ ...runQuery(runId), staleTime: 'static' })
    throw redirect({ to: '/workflows/$id/runs/$runId', params: { id, runId }, replace: true })
  },
})

const approvalsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/approvals',
  validateSearch: parseApprovalsSearch,
  component: lazyRouteComponent(() => import('@/features/approvals/ApprovalsPage'), 'ApprovalsPage'),
})

const schedulesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/schedules',
  component: lazyRouteComponent(() => import('@/features/schedules/SchedulesPage'), 'SchedulesPage'),
})

const scheduleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/schedules/$id',
  component: lazyRouteComponent(() => import('@/features/schedules/SchedulePage'), 'SchedulePage'),
})

const pluginsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/plugins',
  component: lazyRouteComponent(() => import('@/features/plugins/PluginsPage'), 'PluginsPage'),
})

const credentialsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/credentials',
  component: lazyRouteComponent(() => import('@/features/credentials/CredentialsPage'), 'CredentialsPage'),
})

/** In the frame, so that the way back is at hand. */
const notFoundRoute = createRoute({ getParentRoute: () => shellRoute, path: '$', component: NotFoundPage })

const routeTree = rootRoute.addChildren([
  signInRoute,
  setupRoute,
  publicApprovalRoute,
  shellRoute.addChildren([
    workflowsRoute,
    editorRoute,
    runRoute,
    runsRoute,
    runByIdRoute,
    approvalsRoute,
    schedulesRoute,
    scheduleRoute,
    credentialsRoute,
    pluginsRoute,
    notFoundRoute,
  ]),
])

/** Longer than this and a loading page shows itself; most pages are there before. */
const PENDING_AFTER_MS = 200

export function createAppRouter(queryClient: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree,
    ...(history && { history }),
    context: { queryClient },
    defaultPreload: 'intent',
    defaultPendingMs: PENDING_AFTER_MS,
    defaultPendingComponent: PagePending,
    defaultErrorComponent: PageError,
    defaultNotFoundComponent: NotFoundPage,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}

/** Only paths of this site: a sign-in link must not lead elsewhere. */
function isLocal(path: string): boolean {
  return path.startsWith('/') && !path.startsWith('//') && !path.startsWith('/\\')
}
