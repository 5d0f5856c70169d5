import type { Json } from '@/api/types'
import { Select } from '@/ui/Input'

import { choicesOf } from '../fields'
import { sameJson } from '../values'
import type { WidgetProps } from '../widget_props'
import { textOf } from './TextWidget'

const NONE = 'none'
const FOREIGN = 'foreign'

/** One of the values the schema lists. */
export function SelectWidget({ field, value, onChange, control, ariaLabel }: WidgetProps) {
  const choices = choicesOf(field.schema)
  const shown = value ?? field.schema.default
  const index = choices.findIndex((choice) => sameJson(choice.value, shown))
  const isForeign = index < 0 && shown !== undefined
  const options = [
    // Options are known by their place, since values need not be texts.
    ...(shown === undefined || (!field.required && field.schema.default === undefined)
      ? [{ value: NONE, label: field.placeholder ?? (field.required ? 'Choose…' : 'None') }]
      : []),
    ...(isForeign ? [{ value: FOREIGN, label: `${textOf(shown)} (not one of the choices)` }] : []),
    ...choices.map((choice, at) => ({ value: String(at), label: choice.title })),
  ]
  const choose = (option: string) => {
    const choice: { value: Json } | undefined = choices[Number(option)]
    if (option === NONE) onChange(undefined)
    else if (choice) onChange(choice.value)
  }
  const description = choices[index]?.description
  return (
    <>
      <Select {...control} aria-label={ariaLabel} value={index >= 0 ? String(index) : isForeign ? FOREIGN : NONE} options={options} onChange={choose} />
      {description !== undefined && <p className="mt-1 text-xs text-muted">{description}</p>}
    </>
  )
}
