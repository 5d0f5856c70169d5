import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef } from 'react'

import { adoptStyleSheet } from './style_sheet'

/** Marks a change that came from outside, so that it is not reported back. */
const fromOutside = Annotation.define<boolean>()

export interface CodeMirrorOptions {
  value: string
  onChange: (value: string) => void
  /** What the editor is made of. Read once, when it appears. */
  extensions: () => Extension
  /** What may change while it is shown: attributes of the text box. */
  attributes: Record<string, string>
  /** Called with the view when it is there. */
  onReady?: (view: EditorView) => void
}

export interface CodeMirrorBox {
  box: RefObject<HTMLDivElement | null>
  view: RefObject<EditorView | null>
}

/**
 * Text typed over a selection. Left to itself the browser keeps the look of what was selected by writing a `style`
 * attribute, which our content security policy refuses with an error in the console.
 */
const typeOverSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const text = event.inputType === 'insertText' && !event.isComposing && !view.composing ? event.data : null
    // The browser's selection: one made a moment ago may not have reached the editor's state yet.
    const selection = document.getSelection()
    if (text === null || !selection || selection.isCollapsed || !view.contentDOM.contains(selection.anchorNode)) return false
    const range = selection.getRangeAt(0)
    event.preventDefault()
    const from = view.posAtDOM(range.startContainer, range.startOffset)
    const to = view.posAtDOM(range.endContainer, range.endOffset)
    view.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length }, userEvent: 'input.type', scrollIntoView: true })
    return true
  },
})

/** The values of the latest render, for what lives longer than one. */
export function useLive<T>(value: T): RefObject<T> {
  const live = useRef(value)
  useLayoutEffect(() => {
    live.current = value
  })
  return live
}

/** An editor in the element that takes `box`. */
export function useCodeMirror({ value, onChange, extensions, attributes, onReady }: CodeMirrorOptions): CodeMirrorBox {
  const box = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const compartment = useRef<Compartment>(null)

  const live = useLive({ onChange })
  const open = useEffectEvent((parent: HTMLElement, slot: Compartment) => {
    adoptStyleSheet()
    const report = EditorView.updateListener.of((update) => {
      const isOurs = update.transactions.some((transaction) => transaction.annotation(fromOutside))
      if (update.docChanged && !isOurs) live.current.onChange(update.state.doc.toString())
    })
    const made = new EditorView({
      parent,
      state: EditorState.create({ doc: value, extensions: [extensions(), typeOverSelection, report, slot.of(EditorView.contentAttributes.of(attributes))] }),
    })
    onReady?.(made)
    return made
  })

  useEffect(() => {
    if (!box.current) return undefined
    compartment.current = new Compartment()
    const made = open(box.current, compartment.current)
    view.current = made
    return () => {
      view.current = null
      made.destroy()
    }
  }, [])

  useEffect(() => {
    const editor = view.current
    if (!editor || editor.state.doc.toString() === value) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value }, annotations: fromOutside.of(true) })
  }, [value])

  const named = JSON.stringify(attributes)
  useEffect(() => {
    // The string is what tells a change; it is made of this very object.
    const parsed = JSON.parse(named) as Record<string, string>
    view.current?.dispatch({ effects: compartment.current?.reconfigure(EditorView.contentAttributes.of(parsed)) ?? [] })
  }, [named])

  return { box, view }
}
