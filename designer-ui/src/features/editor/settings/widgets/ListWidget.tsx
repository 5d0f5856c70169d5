import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react'
import { useRef } from 'react'

import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'

import { emptyItem, fieldOf, fieldsOf, singular } from '../fields'
import { FieldRow } from '../FieldRow'
import { within } from '../problems'
import { isValues, moved, withElement, withField, without } from '../values'
import { isVisible } from '../visibility'
import type { WidgetProps } from '../widget_props'
import { useLineKeys } from './line_keys'

/** A list whose elements are forms of their own; elements move by buttons, so also by keyboard. */
export function ListWidget(props: WidgetProps) {
  const { field, value, onChange, path } = props
  const list: readonly unknown[] = Array.isArray(value) ? value : []
  const { keys, removed, movedTo } = useLineKeys(list.length)
  const box = useRef<HTMLOListElement>(null)
  const noun = singular(field.title)

  const remove = (index: number) => {
    removed(index)
    onChange(list.length === 1 ? undefined : without(list, index))
  }
  const move = (from: number, to: number) => {
    movedTo(from, to)
    onChange(moved(list, from, to))
    // The element went elsewhere; the focus goes with it, so that it can be moved on.
    requestAnimationFrame(() => {
      const line = box.current?.children[to]
      line?.querySelector<HTMLElement>(`[data-move="${to < from ? 'up' : 'down'}"]:enabled, [data-move]:enabled`)?.focus()
    })
  }
  return (
    <div className="flex flex-col gap-2">
      {list.length > 0 && (
        <ol ref={box} className="flex flex-col gap-2">
          {list.map((element, index) => (
            <li key={keys[index]} className="rounded-md border border-line bg-sunken/60">
              <div className="flex items-center gap-0.5 py-1 pr-1 pl-3">
                <span className="mr-auto text-xs font-medium text-muted">
                  {noun} {index + 1}
                </span>
                <IconButton
                  label="Move up"
                  icon={<ArrowUp />}
                  size="sm"
                  data-move="up"
                  disabled={index === 0}
                  onClick={() => move(index, index - 1)}
                />
                <IconButton
                  label="Move down"
                  icon={<ArrowDown />}
                  size="sm"
                  data-move="down"
                  disabled={index === list.length - 1}
                  onClick={() => move(index, index + 1)}
                />
                <IconButton label={`Remove ${noun.toLowerCase()} ${index + 1}`} icon={<Trash2 />} size="sm" onClick={() => remove(index)} />
              </div>
              <div className="flex flex-col gap-2 px-3 pb-3">
                <Element
                  {...props}
                  value={element}
                  path={`${path}/${index}`}
                  problems={within(props.problems, index)}
                  onChange={(next, options) => onChange(withElement(list, index, next), options)}
                />
              </div>
            </li>
          ))}
        </ol>
      )}
      <div>
        <Button size="sm" variant="secondary" icon={<Plus />} onClick={() => onChange([...list, emptyItem(field.schema.items)])}>
          Add {noun.toLowerCase()}
        </Button>
      </div>
    </div>
  )
}

/** One element: the fields of an object, or a single input for anything else. */
function Element({ field, value, onChange, problems, path, context, scopes }: Omit<WidgetProps, 'control'>) {
  const schema = field.schema.items ?? {}
  if (!schema.properties) {
    const single = { ...fieldOf(field.key, { ...schema, title: schema.title ?? singular(field.title) }, false), perItem: field.perItem }
    return (
      <FieldRow
        isBare
        field={single}
        value={value}
        onChange={(next, options) => onChange(next ?? '', options)}
        problems={problems}
        path={path}
        context={context}
        scopes={scopes}
      />
    )
  }
  const values = isValues(value) ? value : {}
  const fields = fieldsOf(schema)
  const inner = [{ values, fields }, ...scopes]
  return fields
    .filter((part) => isVisible(part, inner))
    .map((part) => (
      <FieldRow
        key={part.key}
        field={{ ...part, perItem: part.perItem || field.perItem }}
        value={values[part.key]}
        onChange={(next, options) => onChange(withField(values, part.key, next), options)}
        problems={within(problems, part.key)}
        path={`${path}/${part.key}`}
        context={context}
        scopes={inner}
      />
    ))
}
