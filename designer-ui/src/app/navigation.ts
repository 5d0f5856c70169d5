import { CalendarClock, History, KeyRound, type LucideIcon, Puzzle, UserCheck, Workflow } from 'lucide-react'

interface Destination {
  to: '/' | '/runs' | '/approvals' | '/schedules' | '/credentials' | '/plugins'
  label: string
  icon: LucideIcon
  /** Pressed after `g`. */
  key: string
}

export const DESTINATIONS: readonly Destination[] = [
  { to: '/', label: 'Workflows', icon: Workflow, key: 'w' },
  { to: '/runs', label: 'Runs', icon: History, key: 'r' },
  { to: '/approvals', label: 'Approvals', icon: UserCheck, key: 'a' },
  { to: '/schedules', label: 'Schedules', icon: CalendarClock, key: 's' },
  { to: '/credentials', label: 'Credentials', icon: KeyRound, key: 'c' },
  { to: '/plugins', label: 'Plugins', icon: Puzzle, key: 'p' },
]
