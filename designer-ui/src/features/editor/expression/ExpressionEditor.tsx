import { acceptCompletion, completionKeymap, startCompletion } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { bracketMatching } from '@codemirror/language'
import { EditorState, type Extension } from '@codemirror/state'
import { drawSelection, dropCursor, EditorView, keymap, placeholder as showPlaceholder } from '@codemirror/view'
import { useEffect, useRef } from 'react'

import { core } from '@/core'
import type { Span } from '@/core/protocol'

import { completions } from './codemirror/completion'
import { dropPath, insertAtSelection } from './codemirror/drop'
import { hoverValue } from './codemirror/hover'
import { marks, setProblemSpan } from './codemirror/marks'
import { templateLanguage } from './codemirror/template_language'
import { theme } from './codemirror/theme'
import { useCodeMirror, useLive } from './codemirror/use_codemirror'
import { type ExpressionContext, visibleContext } from './context'
import { becomeInsertTarget, leaveInsertTarget } from './insert_target'
import { summary } from '../data/values'

export interface ExpressionEditorProps {
  label: string
  value: string
  onChange: (value: string) => void
  context: ExpressionContext
  isMultiline: boolean
  placeholder: string
  /** Where the last evaluation failed. */
  problemSpan: Span | null
  attributes: Record<string, string>
  /** Takes the focus when it appears, with the caret here. */
  focusAt: number | null
  onBlur: () => void
}

/** The text of an expression field: loaded when the first one is shown. */
export function ExpressionEditor({
  label,
  value,
  onChange,
  context,
  isMultiline,
  placeholder,
  problemSpan,
  attributes,
  focusAt,
  onBlur,
}: ExpressionEditorProps) {
  const owner = useRef({})
  const live = useLive({ context: visibleContext(context), onBlur })

  const extensions = (): Extension => [
    theme,
    templateLanguage,
    marks,
    history(),
    drawSelection(),
    dropCursor(),
    bracketMatching(),
    EditorView.lineWrapping,
    isMultiline ? [] : singleLine,
    showPlaceholder(placeholder),
    completions((template, offset) => core.complete(template, offset, live.current.context)),
    hoverValue({ evaluate: (template) => core.evaluate(template, live.current.context), show: summary }),
    dropPath,
    keymap.of([{ key: 'Tab', run: acceptCompletion }, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
    EditorView.domEventHandlers({
      focus: (_, view) => becomeInsertTarget(owner.current, (path) => insertAtSelection(view, path)),
      blur: () => live.current.onBlur(),
    }),
  ]
  const { box, view } = useCodeMirror({
    value,
    onChange,
    extensions,
    attributes: { ...attributes, 'aria-label': label, 'aria-multiline': String(isMultiline), spellcheck: 'false' },
    onReady: (editor) => {
      if (focusAt === null) return
      editor.focus()
      editor.dispatch({ selection: { anchor: Math.min(focusAt, value.length) } })
      startCompletion(editor)
    },
  })

  useEffect(() => {
    const target = owner.current
    return () => leaveInsertTarget(target)
  }, [])
  useEffect(() => {
    view.current?.dispatch({ effects: setProblemSpan.of(problemSpan) })
  }, [problemSpan, view])

  return <div ref={box} className={isMultiline ? 'max-h-72 min-h-24 overflow-auto' : 'min-h-[30px]'} />
}

/** Line breaks, also pasted ones, become spaces; Enter is left to the form. */
const singleLine: Extension = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || transaction.newDoc.lines === 1) return transaction
  const text = transaction.newDoc.toString().replace(/\s*\n\s*/g, transaction.isUserEvent('input.paste') ? ' ' : '')
  const before = transaction.startState.doc
  return text === before.toString()
    ? []
    : { changes: { from: 0, to: before.length, insert: text }, selection: { anchor: Math.min(transaction.newSelection.main.head, text.length) } }
})
