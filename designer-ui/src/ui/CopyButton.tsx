import { useEffect, useState } from 'react'
import { Check, Copy } from 'lucide-react'

import { IconButton } from '@/ui/IconButton'
import { toast } from '@/ui/toast'

const SHOWN_MS = 1_500

/** Copies a text to the clipboard. */
export function CopyButton({ text, label = 'Copy', size = 'sm' }: { text: string; label?: string; size?: 'sm' | 'md' }) {
  const [copied, setCopied] = useState(false)

  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
    } catch {
      toast({ tone: 'danger', title: 'Could not copy', detail: 'The browser did not allow access to the clipboard.' })
    }
  }
  return <IconButton label={copied ? 'Copied' : label} icon={copied ? <Check /> : <Copy />} size={size} onClick={() => void copy()} />
}
