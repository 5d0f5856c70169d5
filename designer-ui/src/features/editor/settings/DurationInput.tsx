import { useState } from 'react'

import { Select } from '@/ui/Input'
import { duration } from '@/ui/time'

import { type Unit, UNIT_MS, unitOf, UNITS } from './duration_units'
import { NumberInput } from './NumberInput'
import type { ControlProps } from './widget_props'

interface DurationInputProps {
  /** Milliseconds. */
  value: number | undefined
  onChange: (value: number | undefined) => void
  control?: ControlProps
  ariaLabel?: string | undefined
  placeholder?: string | undefined
  /** The unit of an empty field. */
  unit?: Unit
}

/** A length of time: a number, its unit, and how people say it. */
export function DurationInput({ value, onChange, control, ariaLabel, placeholder, unit: usual = 's' }: DurationInputProps) {
  // Once somebody has typed, the unit stays: 60 seconds must not become 1 minute under their hands.
  const [chosen, setChosen] = useState<Unit | null>(null)
  const unit = chosen ?? (value === undefined ? usual : unitOf(value))
  const amount = value === undefined ? undefined : value / UNIT_MS[unit]
  const words = value === undefined ? '' : duration(value)
  const isPlain = amount !== undefined && words === `${amount} ${unit}`
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <div className="min-w-20 flex-1">
        <NumberInput
          {...control}
          aria-label={ariaLabel}
          placeholder={placeholder}
          value={amount}
          onChange={(next) => {
            setChosen(unit)
            onChange(next === undefined ? undefined : Math.round(next * UNIT_MS[unit]))
          }}
        />
      </div>
      <Select
        id={undefined}
        aria-label={ariaLabel === undefined ? 'Unit' : `Unit of ${ariaLabel}`}
        aria-describedby={undefined}
        className="w-32"
        value={unit}
        options={[...UNITS]}
        onChange={(next) => {
          const picked = UNITS.find((each) => each.value === next)?.value ?? unit
          setChosen(picked)
          if (amount !== undefined) onChange(Math.round(amount * UNIT_MS[picked]))
        }}
      />
      {words !== '' && !isPlain && <span className="text-xs text-muted tabular">{words}</span>}
    </div>
  )
}
