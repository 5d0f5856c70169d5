import { useRef } from 'react'
import { Upload } from 'lucide-react'

import { useImport } from '@/features/workflows/actions'
import { Button } from '@/ui/Button'

/** Makes a workflow of an exported file. */
export function ImportButton() {
  const input = useRef<HTMLInputElement>(null)
  const bring = useImport()
  return (
    <>
      <Button icon={<Upload />} busy={bring.isPending} onClick={() => input.current?.click()}>
        Import
      </Button>
      <input
        ref={input}
        type="file"
        accept="application/json,.json"
        aria-label="Workflow file"
        tabIndex={-1}
        className="hidden"
        onChange={(event) => {
          const file = event.target.files?.[0]
          // Emptied, so that the same file can be chosen again after it was mended.
          event.target.value = ''
          if (file) bring.mutate(file)
        }}
      />
    </>
  )
}
