import { ChevronLeft, ChevronRight } from 'lucide-react'

export interface ItemSwitcherProps {
  index: number
  count: number
  onChange: (index: number) => void
}

/** Chooses which item of a list a preview is about. */
export function ItemSwitcher({ index, count, onChange }: ItemSwitcherProps) {
  return (
    <div className="-my-0.5 ml-auto flex shrink-0 items-center text-muted">
      <Step label="Previous item" isDisabled={index === 0} onClick={() => onChange(index - 1)}>
        <ChevronLeft aria-hidden className="size-3.5" />
      </Step>
      <span className="tabular whitespace-nowrap" aria-live="polite">
        Item {index + 1} of {count.toLocaleString('en')}
      </span>
      <Step label="Next item" isDisabled={index >= count - 1} onClick={() => onChange(index + 1)}>
        <ChevronRight aria-hidden className="size-3.5" />
      </Step>
    </div>
  )
}

interface StepProps {
  label: string
  isDisabled: boolean
  onClick: () => void
  children: React.ReactNode
}

function Step({ label, isDisabled, onClick, children }: StepProps) {
  return (
    <button
      type="button"
      aria-label={label}
      disabled={isDisabled}
      onClick={onClick}
      className="inline-flex size-6 items-center justify-center rounded-sm hover:bg-hover hover:text-ink disabled:opacity-40"
    >
      {children}
    </button>
  )
}
