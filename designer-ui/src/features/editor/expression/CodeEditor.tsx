import { autocompletion, type Completion, type CompletionContext, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { javascript, localCompletionSource, scopeCompletionSource } from '@codemirror/lang-javascript'
import { json } from '@codemirror/lang-json'
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language'
import { type Extension } from '@codemirror/state'
import { drawSelection, EditorView, type KeyBinding, keymap, lineNumbers, placeholder as showPlaceholder } from '@codemirror/view'

import { useCodeMirror } from './codemirror/use_codemirror'
import { theme } from './codemirror/theme'

export interface CodeEditorProps {
  label: string
  language: 'javascript' | 'json'
  value: string
  onChange: (value: string) => void
  placeholder?: string | undefined
  /** What the code can see, for suggestions: `{ input: … }`. */
  scope?: Record<string, unknown>
  attributes: Record<string, string>
  className?: string
}

/** An editor for whole programs and documents. Escape, then Tab leaves it by keyboard. */
export function CodeEditor({ label, language, value, onChange, placeholder, scope = {}, attributes, className }: CodeEditorProps) {
  const extensions = (): Extension => [
    theme,
    history(),
    drawSelection(),
    bracketMatching(),
    indentOnInput(),
    indentUnit.of('  '),
    language === 'javascript' ? [lineNumbers(), javascript(), scriptCompletion(scope)] : [json()],
    EditorView.lineWrapping,
    showPlaceholder(placeholder ?? ''),
    keymap.of([...completionKeymap, leaveByTab, ...historyKeymap, ...defaultKeymap, indentWithTab]),
  ]
  const { box } = useCodeMirror({
    value,
    onChange,
    extensions,
    attributes: { ...attributes, 'aria-label': label, 'aria-multiline': 'true', spellcheck: 'false' },
  })
  return <div ref={box} className={className} />
}

const LEAVE_MS = 2_000

/** Tab indents, so there must be another way out by keyboard; Escape must not close what the editor is in instead. */
const leaveByTab: KeyBinding = {
  key: 'Escape',
  run: (view) => {
    view.setTabFocusMode(LEAVE_MS)
    return true
  },
}

function scriptCompletion(scope: Record<string, unknown>): Extension {
  const names: Completion[] = Object.keys(scope).map((name) => ({ label: name, type: 'variable', boost: 2 }))
  return autocompletion({
    override: [
      scopeCompletionSource(scope),
      localCompletionSource,
      (context: CompletionContext) => {
        const word = context.matchBefore(/(?<![.\w$])[\w$]+/)
        return word ? { from: word.from, options: names, validFor: /^[\w$]*$/ } : null
      },
    ],
  })
}
