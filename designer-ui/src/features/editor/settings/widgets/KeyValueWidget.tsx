import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'

import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { Input } from '@/ui/Input'

import { fieldOf, singular } from '../fields'
import { FieldRow } from '../FieldRow'
import { PathFree } from '../FixedZone'
import { within } from '../problems'
import { type Entry, entriesOf, repeatedKeys, sameJson, valuesOf, withElement, without } from '../values'
import type { ChangeOptions, WidgetProps } from '../widget_props'
import { useLineKeys } from './line_keys'

/** An object with keys people choose, line by line: headers, the fields of `set`. */
export function KeyValueWidget({ field, value, onChange, problems, path, context, scopes }: WidgetProps) {
  const [lines, setLines] = useState<readonly Entry[]>(() => entriesOf(value))
  const given = entriesOf(value)
  // Unfinished lines live only here; anything else that differs is a change from outside, such as undo.
  const isOurs = sameJson(entriesOf(valuesOf(lines)), given)
  const shown = isOurs ? lines : given
  const { keys, removed } = useLineKeys(shown.length)
  const repeated = repeatedKeys(shown)

  const change = (next: readonly Entry[], options?: ChangeOptions) => {
    setLines(next)
    const values = valuesOf(next)
    if (!sameJson(entriesOf(values), given)) onChange(Object.keys(values).length === 0 ? undefined : values, options)
  }
  const valueSchema = typeof field.schema.additionalProperties === 'object' ? field.schema.additionalProperties : {}
  const valueField = { ...fieldOf('value', { ...valueSchema, title: 'Value' }, false), perItem: field.perItem }
  const takesExpression = valueField.takesExpression && field.takesExpression

  return (
    <div className="flex flex-col gap-2">
      {shown.length > 0 && (
        <ul className="flex flex-col gap-2">
          {shown.map((line, index) => (
            <li key={keys[index]} className="flex items-start gap-1.5">
              <div className="w-[36%] shrink-0">
                <PathFree>
                  <Input
                    aria-label="Name"
                    placeholder="Name"
                    spellCheck={false}
                    autoComplete="off"
                    value={line.key}
                    {...(repeated.has(line.key) && { 'aria-invalid': true })}
                    onChange={(event) => change(withElement(shown, index, { ...line, key: event.target.value }), { coalesce: `${path}/${index}/key` })}
                  />
                </PathFree>
                {repeated.has(line.key) && <p className="mt-1 text-xs text-danger-ink">This name is there twice; the first counts.</p>}
              </div>
              <div className="min-w-0 flex-1">
                <FieldRow
                  isBare
                  field={{ ...valueField, takesExpression, placeholder: valueField.placeholder ?? 'Value' }}
                  value={line.value}
                  onChange={(next, options) => change(withElement(shown, index, { ...line, value: next ?? '' }), options)}
                  problems={within(problems, line.key)}
                  path={`${path}/${index}`}
                  context={context}
                  scopes={scopes}
                />
              </div>
              <IconButton
                label={line.key === '' ? 'Remove line' : `Remove ${line.key}`}
                icon={<Trash2 />}
                size="sm"
                className="mt-1"
                onClick={() => {
                  removed(index)
                  change(without(shown, index))
                }}
              />
            </li>
          ))}
        </ul>
      )}
      <div>
        <Button size="sm" icon={<Plus />} onClick={() => setLines([...shown, { key: '', value: '' }])}>
          Add {singular(field.title) === field.title ? 'line' : singular(field.title).toLowerCase()}
        </Button>
      </div>
    </div>
  )
}
