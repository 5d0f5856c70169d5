import { useState } from 'react'
import { useMutation } from '@tanstack/react-query'
import { ShieldCheck } from 'lucide-react'

import { asProblem } from '@/api/problem'
import { grantPlugin } from '@/api/plugins'
import type { Manifest } from '@/api/plugin_types'
import { useRefreshPlugins } from '@/features/plugins/actions'
import { AskList } from '@/features/plugins/AskList'
import { Origin } from '@/features/plugins/Origin'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { ProblemCard } from '@/ui/ProblemCard'
import { toast } from '@/ui/toast'

export interface Candidate {
  id: string
  version: string
  sha256: string
  manifest: Manifest
  /** Whether it comes with Weft. */
  isBundled?: boolean
}

interface GrantDialogProps {
  candidate: Candidate
  /** The manifest of the version that is enabled now. */
  inUse?: Manifest | undefined
  onClose: () => void
}

/** Shows what a component asks for, before anything of it may run. */
export function GrantDialog({ candidate, inUse, onClose }: GrantDialogProps) {
  const refresh = useRefreshPlugins()
  const [refused, setRefused] = useState<string[]>([])
  const choose = (pattern: string, isGranted: boolean) =>
    setRefused((before) => (isGranted ? before.filter((other) => other !== pattern) : [...before, pattern]))
  const grant = useMutation({
    mutationFn: () => {
      const hosts = (candidate.manifest.hosts ?? []).filter(({ pattern }) => !refused.includes(pattern))
      const chosen = hosts.map(({ pattern, methods = [] }) => ({ pattern, methods }))
      return grantPlugin(candidate.id, candidate.version, refused.length === 0 ? undefined : chosen)
    },
    onSuccess: async () => {
      onClose()
      toast({ tone: 'success', title: `${candidate.manifest.name} ${candidate.version} is enabled`, detail: 'What it offers is in the palette.' })
      await refresh()
    },
  })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="lg"
      title={`Grant ${candidate.manifest.name} ${candidate.version} what it asks for?`}
      description={
        inUse
          ? `Version ${inUse.version} is in use. What this version asks for beyond it is marked as new.`
          : 'It runs in a sandbox and gets what is listed here, nothing else.'
      }
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" icon={<ShieldCheck />} busy={grant.isPending} onClick={() => grant.mutate()}>
            Grant
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {grant.error && <ProblemCard problem={asProblem(grant.error)} />}
        <AskList manifest={candidate.manifest} inUse={inUse} choice={{ isGranted: (pattern) => !refused.includes(pattern), onChange: choose }} />
        <Origin isBundled={candidate.isBundled === true} sha256={candidate.sha256} />
      </div>
    </Dialog>
  )
}
