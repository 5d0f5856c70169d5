import { Ban, CircleCheck, CircleDashed, CircleX, Hourglass, LoaderCircle, type LucideIcon, SkipForward } from 'lucide-react'

import { classNames } from '@/ui/class_names'

/** Statuses of runs and steps. */
export type Status = 'queued' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled' | 'skipped'

interface Look {
  label: string
  icon: LucideIcon
  text: string
  soft: string
}

const LOOKS: Record<Status, Look> = {
  queued: { label: 'Queued', icon: CircleDashed, text: 'text-status-queued', soft: 'bg-status-queued-soft' },
  running: { label: 'Running', icon: LoaderCircle, text: 'text-status-running', soft: 'bg-status-running-soft' },
  waiting: { label: 'Waiting', icon: Hourglass, text: 'text-status-waiting', soft: 'bg-status-waiting-soft' },
  succeeded: { label: 'Succeeded', icon: CircleCheck, text: 'text-status-succeeded', soft: 'bg-status-succeeded-soft' },
  failed: { label: 'Failed', icon: CircleX, text: 'text-status-failed', soft: 'bg-status-failed-soft' },
  cancelled: { label: 'Cancelled', icon: Ban, text: 'text-status-cancelled', soft: 'bg-status-cancelled-soft' },
  skipped: { label: 'Skipped', icon: SkipForward, text: 'text-status-skipped', soft: 'bg-status-skipped-soft' },
}

export function statusLabel(status: Status): string {
  return LOOKS[status].label
}

/** The icon alone, in the status's colour; `label` names it where no text stands beside it. */
export function StatusIcon({ status, label = false, className }: { status: Status; label?: boolean; className?: string }) {
  const { icon: Icon, text, label: name } = LOOKS[status]
  return (
    <Icon
      {...(label ? { role: 'img', 'aria-label': name } : { 'aria-hidden': true })}
      className={classNames('shrink-0', text, status === 'running' && 'animate-spin motion-reduce:animate-none', className ?? 'size-4')}
    />
  )
}

/** A status by icon, text and colour. */
export function StatusBadge({ status, className }: { status: Status; className?: string }) {
  const { label, text, soft } = LOOKS[status]
  return (
    <span className={classNames('inline-flex h-5 items-center gap-1 rounded-sm px-1.5 text-xs font-medium whitespace-nowrap', text, soft, className)}>
      <StatusIcon status={status} className="size-3" />
      {label}
    </span>
  )
}
