import type { ReactNode } from 'react'

import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'

export interface ConfirmDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description: ReactNode
  /** The verb of the deed: "Delete workflow". */
  confirmLabel: string
  onConfirm: () => void
  busy?: boolean
  danger?: boolean
  /** What went wrong, when the deed failed. */
  problem?: ReactNode
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  description,
  confirmLabel,
  onConfirm,
  busy = false,
  danger = false,
  problem,
}: ConfirmDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={description}
      size="sm"
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button variant={danger ? 'danger' : 'primary'} busy={busy} onClick={onConfirm}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      {problem}
    </Dialog>
  )
}
