import { type Extension, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view'

import type { Span } from '@/core/protocol'

import { regions } from '../template'

const expression = Decoration.mark({ class: 'cm-expression' })
const problem = Decoration.mark({ class: 'cm-problem' })

/** Sets apart the expressions from the text around them. */
const expressionMarks = StateField.define<DecorationSet>({
  create: (state) => marksOf(state.doc.toString()),
  update: (marks, transaction) => (transaction.docChanged ? marksOf(transaction.newDoc.toString()) : marks),
  provide: (field) => EditorView.decorations.from(field),
})

function marksOf(template: string): DecorationSet {
  return Decoration.set(regions(template).filter(({ kind }) => kind === 'expression').map(({ start, end }) => expression.range(start, end)))
}

/** Says where the expression is wrong, or that it is not. */
export const setProblemSpan = StateEffect.define<Span | null>()

/** Underlines the wrong part until the text changes; then the next evaluation says anew. */
const problemMark = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    const said = transaction.effects.findLast((effect) => effect.is(setProblemSpan))
    if (said) return markProblem(said.value, transaction.newDoc.length)
    return transaction.docChanged ? Decoration.none : marks
  },
  provide: (field) => EditorView.decorations.from(field),
})

function markProblem(span: Span | null, length: number): DecorationSet {
  if (!span || length === 0) return Decoration.none
  // A span of no width (something is missing here) marks the character before it.
  const end = Math.min(length, Math.max(span.end, span.start))
  const start = Math.min(span.start, end)
  return start < end ? Decoration.set([problem.range(start, end)]) : Decoration.set([problem.range(Math.max(0, end - 1), Math.max(1, end))])
}

export const marks: Extension = [expressionMarks, problemMark]
