import { createContext, use } from 'react'

import type { RunViewer } from '../run/run_viewer'
import type { Autosave } from './autosave'
import type { LiveCheck } from './live_check'

/** What lives as long as an open editor besides its store. */
export interface Session {
  autosave: Autosave
  viewer: RunViewer
  check: LiveCheck
}

export const SessionContext = createContext<Session | null>(null)

export function useSession(): Session {
  const session = use(SessionContext)
  if (session === null) throw new Error('This component belongs inside an open editor.')
  return session
}
