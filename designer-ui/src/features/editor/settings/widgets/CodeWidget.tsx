import { CodeEditor } from '../../expression/CodeEditor'
import { visibleContext } from '../../expression/context'
import type { WidgetProps } from '../widget_props'
import { editorAttributes, editorBox } from './editor_box'
import { textOf } from './TextWidget'

/** A program. It is data: what looks like an expression in it is left alone. */
export default function CodeWidget({ field, value, onChange, control, path, context, problems }: WidgetProps) {
  const language = field.schema['x-ui']?.language ?? 'javascript'
  return (
    <div className={editorBox(problems.length > 0)}>
      <CodeEditor
        label={field.title}
        language={language}
        value={textOf(value)}
        onChange={(next) => onChange(next === '' ? undefined : next, { coalesce: path })}
        placeholder={field.placeholder ?? (language === 'javascript' ? 'return { total: input.a + input.b }' : undefined)}
        scope={visibleContext(context)}
        attributes={editorAttributes(control)}
        className="max-h-[480px] min-h-56 overflow-auto [&_.cm-content]:min-h-56"
      />
      <p className="border-t border-line bg-sunken px-2 py-1 text-xs text-muted">Tab indents; press Escape first to leave by Tab.</p>
    </div>
  )
}
