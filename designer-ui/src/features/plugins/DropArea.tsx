import { type DragEvent, type ReactNode, useState } from 'react'
import { Upload } from 'lucide-react'

/** Takes a file that is dragged onto the page. The upload button does the same by keyboard. */
export function DropArea({ onFile, children }: { onFile: (file: File) => void; children: ReactNode }) {
  const [isOver, setOver] = useState(false)
  const accept = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
    setOver(true)
  }
  return (
    <div
      className="relative flex min-h-0 flex-1 flex-col"
      onDragEnter={accept}
      onDragOver={accept}
      onDragLeave={(event) => {
        // Leaving for a child is not leaving.
        if (event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget)) return
        setOver(false)
      }}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        const file = event.dataTransfer.files[0]
        if (file) onFile(file)
      }}
    >
      {children}
      {isOver && (
        <div className="pointer-events-none absolute inset-3 z-40 flex flex-col items-center justify-center gap-2 rounded-xl border-2 border-dashed border-accent bg-accent-soft/95 text-accent-ink">
          <Upload aria-hidden className="size-6" />
          <p className="text-base font-semibold">Drop the component to upload it</p>
        </div>
      )}
    </div>
  )
}
