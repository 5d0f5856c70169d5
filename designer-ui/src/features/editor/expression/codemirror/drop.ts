import { type Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'

import { PATH_TRANSFER } from '../insert_target'
import { insertPath } from '../template'
import { wholePathAt } from './hover'

/** Takes fields dragged from the data pane and writes their path where they are dropped. */
export const dropPath: Extension = EditorView.domEventHandlers({
  dragover(event) {
    if (!event.dataTransfer?.types.includes(PATH_TRANSFER)) return false
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
    return true
  },
  drop(event, view) {
    const path = event.dataTransfer?.getData(PATH_TRANSFER)
    if (!path) return false
    event.preventDefault()
    event.stopPropagation()
    const at = view.posAtCoords({ x: event.clientX, y: event.clientY }, false)
    // Dropped onto another path it takes its place: that is what people aim at.
    const hit = wholePathAt(view.state.doc.toString(), at)
    const isInside = hit !== null && hit.start < at && at < hit.end
    insertInto(view, path, isInside ? hit.start : at, isInside ? hit.end : at)
    return true
  },
})

/** Writes a path at the selection. */
export function insertAtSelection(view: EditorView, path: string): void {
  const { from, to } = view.state.selection.main
  insertInto(view, path, from, to)
}

function insertInto(view: EditorView, path: string, start: number, end: number): void {
  const { from, to, insert, caret } = insertPath(view.state.doc.toString(), start, end, path)
  view.dispatch({ changes: { from, to, insert }, selection: { anchor: caret }, userEvent: 'input.drop', scrollIntoView: true })
  view.focus()
}
