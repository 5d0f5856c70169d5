import { SquareFunction } from 'lucide-react'

import { classNames } from '@/ui/class_names'
import { Tooltip } from '@/ui/Tooltip'

export interface ExpressionToggleProps {
  isOn: boolean
  onChange: (isOn: boolean) => void
}

/** Switches a field between a fixed value and an expression. Its name leaves out the field's, which stands beside it. */
export function ExpressionToggle({ isOn, onChange }: ExpressionToggleProps) {
  return (
    <Tooltip content={isOn ? 'Use a fixed value' : 'Use an expression'} {...(!isOn && { keys: ['='] })}>
      <button
        type="button"
        aria-label="Expression"
        aria-pressed={isOn}
        onClick={() => onChange(!isOn)}
        className={classNames(
          'inline-flex h-6 min-w-6 items-center justify-center rounded-md px-1 transition-colors',
          isOn ? 'bg-accent-soft text-accent-ink' : 'text-faint hover:bg-hover hover:text-ink',
        )}
      >
        <SquareFunction aria-hidden className="size-4" />
      </button>
    </Tooltip>
  )
}
