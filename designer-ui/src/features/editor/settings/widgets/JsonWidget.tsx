import { useState } from 'react'

import { CodeEditor } from '../../expression/CodeEditor'
import { sameJson } from '../values'
import type { WidgetProps } from '../widget_props'
import { editorAttributes, editorBox } from './editor_box'

interface Draft {
  text: string
  /** The value the text stood for when it was typed; another value means a change from elsewhere. */
  value: unknown
}

/** Any value, as JSON. Text that is no JSON yet is kept here and changes nothing. */
export default function JsonWidget({ field, value, onChange, control, path, problems }: WidgetProps) {
  const [draft, setDraft] = useState<Draft>(() => ({ text: written(value), value }))
  const text = sameJson(draft.value, value) ? draft.text : written(value)
  const wrong = problemOf(text)

  const change = (next: string) => {
    if (problemOf(next) !== null) {
      setDraft({ text: next, value })
      return
    }
    const parsed: unknown = next.trim() === '' ? undefined : JSON.parse(next)
    setDraft({ text: next, value: parsed })
    if (!sameJson(parsed, value)) onChange(parsed, { coalesce: path })
  }
  return (
    <>
      <div className={editorBox(wrong !== null || problems.length > 0)}>
        <CodeEditor
          label={field.title}
          language="json"
          value={text}
          onChange={change}
          placeholder={field.placeholder ?? '{ }'}
          attributes={{ ...editorAttributes(control), ...(wrong !== null && { 'aria-invalid': 'true' }) }}
          className="max-h-80 min-h-[30px] overflow-auto"
        />
      </div>
      {wrong !== null && (
        <p role="status" className="mt-1 text-xs text-danger-ink">
          Not JSON yet: {wrong}
        </p>
      )}
    </>
  )
}

function written(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value, null, 2)
}

function problemOf(text: string): string | null {
  if (text.trim() === '') return null
  try {
    JSON.parse(text)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
