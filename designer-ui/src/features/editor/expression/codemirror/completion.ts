import { autocompletion, type Completion, type CompletionContext, type CompletionResult, pickedCompletion, startCompletion } from '@codemirror/autocomplete'
import { type Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'

import { CoreError } from '@/core/errors'
import type { CompletionItem, Completions } from '@/core/protocol'

import { openBraces } from '../template'

export type Complete = (template: string, offset: number) => Promise<Completions>

/** Suggestions of the core: real data of the steps before, functions, methods. */
export function completions(complete: Complete): Extension {
  return [
    autocompletion({ override: [source(complete)], icons: true, maxRenderedOptions: 100 }),
    braces,
  ]
}

function source(complete: Complete) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const template = context.state.doc.toString()
    if (!isInExpression(template, context.pos)) return null
    try {
      const { from, to, items } = await complete(template, context.pos)
      if (items.length === 0) return null
      return { from, to, options: items.map(option), validFor: /^[\w$]*$/ }
    } catch (error) {
      // Typing goes on without suggestions; the preview tells what is wrong with the engine.
      if (error instanceof CoreError) return null
      throw error
    }
  }
}

/** `at` keeps the order of the core, which knows best: data first, in its own order. */
function option(item: CompletionItem, at: number): Completion {
  const { label, kind } = item
  const apply = applyOf(item)
  return {
    label,
    type: kind,
    ...(item.detail ? { detail: item.detail } : {}),
    ...(item.docs ? { info: item.docs } : {}),
    ...(apply ? { apply } : {}),
    boost: Math.max(-99, 99 - at),
  }
}

function applyOf({ apply, apply_from: start, detail }: CompletionItem): Completion['apply'] {
  if (!apply) return undefined
  if (apply.endsWith('(')) return applyCall(apply, detail?.endsWith('()') ?? false)
  return start === undefined || start === null ? apply : applyFrom(apply, start)
}

/** Closes the parenthesis too, and leaves the caret where the arguments go. */
function applyCall(text: string, hasNoArguments: boolean) {
  return (view: EditorView, completion: Completion, from: number, to: number) => {
    const isCalled = view.state.sliceDoc(to, to + 1) === '('
    const insert = isCalled ? text.slice(0, -1) : `${text})`
    const caret = from + (isCalled || hasNoArguments ? insert.length : insert.length - 1)
    view.dispatch({ changes: { from, to, insert }, selection: { anchor: caret }, userEvent: 'input.complete', annotations: pickedCompletion.of(completion) })
  }
}

/** Writes `text` over everything from `start` to the caret. */
function applyFrom(text: string, start: number) {
  return (view: EditorView, completion: Completion, _from: number, to: number) => {
    view.dispatch({
      changes: { from: start, to, insert: text },
      selection: { anchor: start + text.length },
      userEvent: 'input.complete',
      annotations: pickedCompletion.of(completion),
    })
  }
}

function isInExpression(template: string, offset: number): boolean {
  return openBraces(template, offset) !== null
}

/**
 * The second `{` closes the expression by itself and asks what to put in; who types the closing braces too, and the
 * spaces people put beside them, finds them already there.
 */
const braces = EditorView.inputHandler.of((view, from, to, text) => {
  if (from !== to || view.composing) return false
  const template = view.state.doc.toString()
  const edit = typedBrace(template, from, text)
  if (!edit) return false
  view.dispatch({ changes: edit.changes, selection: { anchor: edit.caret }, userEvent: 'input.type' })
  if (edit.asks) startCompletion(view)
  return true
})

interface Edit {
  changes: { from: number; to: number; insert: string }
  caret: number
  asks: boolean
}

/** What typing `text` at `at` does where it has to do with the braces around an expression. */
export function typedBrace(template: string, at: number, text: string): Edit | null {
  const depth = openBraces(template, at)
  const before = template.slice(0, at)
  const after = template.slice(at)
  if (text === '{' && depth === null && before.endsWith('{') && !after.startsWith('}')) {
    return { changes: { from: at, to: at, insert: '{  }}' }, caret: at + 2, asks: true }
  }
  if (text === ' ' && before.endsWith('{{ ') && /^ ?\}\}/.test(after)) return { changes: { from: at, to: at, insert: '' }, caret: at, asks: false }
  if (text === '}' && depth === 0) {
    const gap = /^(\s*)\}\}/.exec(after)?.[1]
    if (gap === undefined) return null
    // One space stays before the braces, whoever typed it.
    const kept = before.endsWith(' ') ? '' : gap.slice(0, 1)
    return { changes: { from: at, to: at + gap.length, insert: kept }, caret: at + kept.length + 1, asks: false }
  }
  if (text === '}' && depth === null && before.endsWith('}') && after.startsWith('}')) {
    return { changes: { from: at, to: at, insert: '' }, caret: at + 1, asks: false }
  }
  return null
}
