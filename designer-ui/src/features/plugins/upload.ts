import { useEffect, useRef, useState } from 'react'

import { isAbort } from '@/api/client'
import { uploadPlugin } from '@/api/plugins'
import { type ApiProblem, asProblem } from '@/api/problem'
import type { UploadedPlugin } from '@/api/plugin_types'
import { useRefreshPlugins } from '@/features/plugins/actions'

export type UploadState =
  | { step: 'idle' }
  | { step: 'sending'; fileName: string; sentBytes: number; totalBytes: number }
  | { step: 'refused'; fileName: string; problem: ApiProblem }
  | { step: 'review'; uploaded: UploadedPlugin }

/** One upload at a time: sending with progress, then the review of what the component asks for. */
export function useUpload() {
  const [state, setState] = useState<UploadState>({ step: 'idle' })
  const running = useRef<AbortController | null>(null)
  const refresh = useRefreshPlugins()

  useEffect(() => () => running.current?.abort(), [])

  const start = async (file: File) => {
    running.current?.abort()
    const controller = new AbortController()
    running.current = controller
    const sending = { step: 'sending', fileName: file.name, totalBytes: file.size } as const
    setState({ ...sending, sentBytes: 0 })
    try {
      const uploaded = await uploadPlugin(file, {
        signal: controller.signal,
        onProgress: (sentBytes, totalBytes) => setState({ ...sending, sentBytes, totalBytes }),
      })
      setState(uploaded.state === 'needs_grant' ? { step: 'review', uploaded } : { step: 'idle' })
      await refresh()
    } catch (error) {
      if (isAbort(error)) return
      setState({ step: 'refused', fileName: file.name, problem: asProblem(error) })
    }
  }
  const cancel = () => {
    running.current?.abort()
    setState({ step: 'idle' })
  }
  return { state, start, close: cancel }
}
