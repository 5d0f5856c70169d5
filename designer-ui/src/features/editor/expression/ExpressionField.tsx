import { useId, useMemo, useState } from 'react'

import { classNames } from '@/ui/class_names'

import { type ExpressionContext, withItem } from './context'
import { ItemSwitcher } from './ItemSwitcher'
import { isLackOfData } from './lack_of_data'
import { useEditorModule } from './load_editor'
import { PreviewLine } from './PreviewLine'
import { useEvaluation } from './use_evaluation'

export interface ExpressionFieldProps {
  /** The accessible name: the title of the field. */
  label: string
  value: string
  onChange: (value: string) => void
  context: ExpressionContext
  isMultiline?: boolean
  isRequired?: boolean
  isInvalid?: boolean
  placeholder?: string | undefined
  /** Ids of what else describes the field. */
  describedBy?: string | undefined
  /** Takes the focus when it appears, with the caret here. */
  focusAt?: number | null
  onBlur?: () => void
}

/** A text with `{{ expressions }}`, and beneath it what it gives with the data at hand. */
export function ExpressionField({
  label,
  value,
  onChange,
  context,
  isMultiline = false,
  isRequired = false,
  isInvalid = false,
  placeholder = 'Text with {{ expressions }}',
  describedBy,
  focusAt = null,
  onBlur = () => undefined,
}: ExpressionFieldProps) {
  const previewId = useId()
  const editor = useEditorModule()
  const [chosen, setChosen] = useState(context.index ?? 0)
  const items = context.items
  const index = items ? Math.min(chosen, Math.max(0, items.length - 1)) : 0
  const shown = useMemo(() => (items && items.length > 0 ? withItem(context, items, index) : context), [context, items, index])
  const { preview, isCurrent } = useEvaluation(value, shown)
  const problem = preview.kind === 'problem' && isCurrent && !isLackOfData(preview.problem, shown) ? preview.problem : null

  const attributes = {
    'aria-describedby': [previewId, describedBy].filter(Boolean).join(' '),
    ...(isInvalid || problem ? { 'aria-invalid': 'true' } : {}),
    ...(isRequired ? { 'aria-required': 'true' } : {}),
  }
  return (
    <div
      className={classNames(
        'overflow-hidden rounded-md border bg-surface shadow-low focus-within:border-focus focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-focus',
        isInvalid ? 'border-danger-ink' : 'border-line-strong/55 hover:border-line-strong',
      )}
    >
      {editor ? (
        <editor.ExpressionEditor
          label={label}
          value={value}
          onChange={onChange}
          context={shown}
          isMultiline={isMultiline}
          placeholder={placeholder}
          problemSpan={problem?.span ?? null}
          attributes={attributes}
          focusAt={focusAt}
          onBlur={onBlur}
        />
      ) : (
        <EditorShape value={value} isMultiline={isMultiline} />
      )}
      <div id={previewId} className="flex min-h-7 items-start gap-2 border-t border-line bg-sunken px-2 py-1 text-xs">
        <PreviewLine preview={preview} isCurrent={isCurrent} context={shown} />
        {items && items.length > 1 && <ItemSwitcher index={index} count={items.length} onChange={setChosen} />}
      </div>
    </div>
  )
}

/** Takes the place of the editor while its code is being loaded, so that nothing moves. */
function EditorShape({ value, isMultiline }: { value: string; isMultiline: boolean }) {
  return (
    <div
      aria-hidden
      className={classNames(
        'px-2 py-[5px] font-mono text-xs leading-5 break-words whitespace-pre-wrap',
        isMultiline ? 'max-h-72 min-h-24 overflow-hidden' : 'min-h-[30px]',
      )}
    >
      {value}
    </div>
  )
}
