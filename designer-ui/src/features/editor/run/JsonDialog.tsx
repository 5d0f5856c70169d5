import { type ReactNode, useId, useState } from 'react'

import type { Json } from '@/api/types'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'

import { JsonTextField } from './JsonTextField'
import { parseInput } from './last_input'

interface JsonDialogProps {
  title: string
  description: string
  label: string
  initial: Json
  /** The verb of the deed: "Run again". */
  confirmLabel: string
  icon?: ReactNode
  busy: boolean
  onConfirm: (value: Json) => void
  onClose: () => void
}

/** Asks for one JSON value. */
export function JsonDialog({ title, description, label, initial, confirmLabel, icon, busy, onConfirm, onClose }: JsonDialogProps) {
  const form = useId()
  const [text, setText] = useState(() => JSON.stringify(initial, null, 2))
  const parsed = parseInput(text)
  const confirm = () => {
    if (parsed.ok && !busy) onConfirm(parsed.value)
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" icon={icon} busy={busy} disabled={!parsed.ok}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault()
          confirm()
        }}
      >
        <JsonTextField label={label} text={text} onText={setText} parsed={parsed} onSubmit={confirm} />
      </form>
    </Dialog>
  )
}
