import { useState } from 'react'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'

import { onSignedOut } from '@/api/client'
import { createQueryClient } from '@/api/query_client'
import { createAppRouter } from '@/app/router'
import { Toaster } from '@/ui/Toaster'
import { TooltipProvider } from '@/ui/Tooltip'

const PUBLIC_PATHS = /^\/(?:sign-in|setup|approve\/[^/]+)$/

export function App() {
  const [{ queryClient, router }] = useState(start)
  return (
    <QueryClientProvider client={queryClient}>
      <TooltipProvider delayDuration={400} skipDelayDuration={200}>
        <RouterProvider router={router} />
        <Toaster />
      </TooltipProvider>
    </QueryClientProvider>
  )
}

function start() {
  const queryClient = createQueryClient()
  const router = createAppRouter(queryClient)
  onSignedOut(() => {
    const { pathname, href } = router.latestLocation
    if (PUBLIC_PATHS.test(pathname)) return
    queryClient.clear()
    void router.navigate({ to: '/sign-in', search: { return: href } })
  })
  return { queryClient, router }
}
