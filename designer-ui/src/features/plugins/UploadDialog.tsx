import type { UploadState } from '@/features/plugins/upload'
import { bytes } from '@/features/plugins/bytes'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { ProblemCard } from '@/ui/ProblemCard'
import { ProgressBar } from '@/ui/ProgressBar'

const HELP: Record<string, string> = {
  not_a_component: 'Choose the .wasm file of a component, such as “weft plugin build” or cargo with the target wasm32-wasip2 makes.',
  undeclared_import: 'The component wants something of its host that plugins do not get. Its author has to remove it.',
  invalid_manifest: 'The component’s description of itself has mistakes. Its author has to correct them.',
  compile_failed: 'The component takes more time or memory to compile than any plugin may.',
  describe_failed: 'The component stopped while it was asked to describe itself.',
  too_large: 'Build it for release and strip it; the operator can also raise the limit.',
}

interface UploadDialogProps {
  state: Extract<UploadState, { step: 'sending' | 'refused' }>
  onClose: () => void
  onChooseOther: () => void
}

/** The progress of an upload, and why it was refused. */
export function UploadDialog({ state, onClose, onChooseOther }: UploadDialogProps) {
  if (state.step === 'refused') {
    const help = HELP[state.problem.code]
    return (
      <Dialog
        open
        onOpenChange={onClose}
        title="This file was not accepted"
        size="sm"
        footer={
          <>
            <Button onClick={onClose}>Close</Button>
            <Button variant="primary" onClick={onChooseOther}>
              Choose another file
            </Button>
          </>
        }
      >
        <p className="mb-3 truncate font-mono text-xs text-muted">{state.fileName}</p>
        <ProblemCard problem={state.problem}>{help !== undefined && <p className="mt-1">{help}</p>}</ProblemCard>
      </Dialog>
    )
  }
  const isSent = state.sentBytes >= state.totalBytes
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={isSent ? 'Examining the plugin' : 'Uploading'}
      description={isSent ? 'It is compiled and asked to describe itself, in a sandbox without any access.' : state.fileName}
      size="sm"
      footer={<Button onClick={onClose}>Cancel</Button>}
    >
      <ProgressBar label={`Uploading ${state.fileName}`} value={state.sentBytes} max={state.totalBytes} />
      <p className="tabular mt-2 text-xs text-muted">
        {bytes(state.sentBytes)} of {bytes(state.totalBytes)}
      </p>
    </Dialog>
  )
}
