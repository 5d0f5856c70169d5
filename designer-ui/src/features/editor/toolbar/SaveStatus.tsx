import { Check, CircleAlert, CloudUpload, Pencil } from 'lucide-react'

import { Button } from '@/ui/Button'

import { useEditor } from '../store/context'
import { useSession } from '../store/session'

/** Whether the server has what is on the screen. */
export function SaveStatus() {
  const saving = useEditor((state) => state.saving)
  const { autosave } = useSession()
  switch (saving.kind) {
    case 'saved':
      return <Line icon={<Check aria-hidden />}>Saved</Line>
    case 'unsaved':
      return <Line icon={<Pencil aria-hidden />}>Unsaved</Line>
    case 'saving':
      return <Line icon={<CloudUpload aria-hidden />}>Saving…</Line>
    case 'changed_elsewhere':
      return <Line icon={<CircleAlert aria-hidden className="text-danger-ink" />}>Changed elsewhere</Line>
    case 'failed':
      return (
        <span role="alert" className="flex items-center gap-2 text-xs text-danger-ink" title={saving.problem.message}>
          <CircleAlert aria-hidden className="size-3.5" />
          Not saved
          <Button size="sm" onClick={() => void autosave.flush()}>
            Try again
          </Button>
        </span>
      )
  }
}

function Line({ icon, children }: { icon: React.ReactNode; children: string }) {
  return (
    <span role="status" className="flex w-32 items-center gap-1.5 text-xs text-muted max-md:w-auto [&_svg]:size-3.5">
      {icon}
      <span className="max-md:sr-only">{children}</span>
    </span>
  )
}
