import { lazy, Suspense, useState } from 'react'

import { Textarea } from '@/ui/Input'
import { Segmented } from '@/ui/Segmented'

import type { WidgetProps } from '../widget_props'
import { textOf } from './TextWidget'

const Markdown = lazy(() => import('@/ui/Markdown'))

/** Text in Markdown, with a look at what it becomes. */
export function MarkdownWidget({ field, value, onChange, control, path, ariaLabel }: WidgetProps) {
  const [view, setView] = useState<'write' | 'read'>('write')
  const text = textOf(value)
  return (
    <div className="flex flex-col gap-1">
      {view === 'write' ? (
        <Textarea
          {...control}
          aria-label={ariaLabel}
          rows={8}
          value={text}
          placeholder={field.placeholder ?? 'Markdown: **bold**, _italic_, - lists, [links](https://…)'}
          onChange={(event) => onChange(event.target.value, { coalesce: path })}
        />
      ) : (
        <div className="min-h-44 rounded-md border border-line bg-surface px-3 py-2">
          <Suspense fallback={null}>
            <Markdown text={text === '' ? '_Nothing yet._' : text} />
          </Suspense>
        </div>
      )}
      <Segmented
        label="View"
        value={view}
        onChange={setView}
        options={[
          { value: 'write', label: 'Write' },
          { value: 'read', label: 'Preview' },
        ]}
      />
    </div>
  )
}
