import type { NodeType } from '@/api/types'

import { addStep, type Place, placeFor } from '../model/add_step'
import type { Point } from '../model/document'
import { containerAt } from '../model/geometry'
import { nameOf } from '../model/names'
import { type Fit, Palette } from '../palette/Palette'
import { useActions, useEditor, useEditorStore } from '../store/context'
import { activeNode, type EditorState } from '../store/editor_store'
import { focusNode, useReveal } from './reveal'

/** The palette as the canvas opens it: it knows where the new step goes. */
export function CanvasPalette({ pointer }: { pointer: () => Point }) {
  const store = useEditorStore()
  const actions = useActions()
  const reveal = useReveal()
  const floating = useEditor((state) => state.floating)
  const types = useEditor((state) => state.typeList)
  if (floating?.kind !== 'palette') return null
  const place = floating.place ?? placeNear(store.getState(), pointer())

  const choose = (type: NodeType) => {
    const { doc, types: known } = store.getState()
    const { id, command } = addStep(doc, known, type, place)
    actions.execute(command, { select: [id] })
    actions.set({ floating: null, isInspectorOpen: type.role !== 'note', renaming: type.role === 'note' ? id : null })
    reveal(id)
    if (type.role !== 'note') focusNode(id)
  }
  return (
    <Palette types={types} fit={fitOf(place)} where={inWords(store.getState(), place)} onChoose={choose} onClose={() => actions.set({ floating: null })} />
  )
}

/** After the selected step where that leads nowhere yet, else where the pointer is. */
function placeNear(state: EditorState, point: Point): Place {
  const place = placeFor(state.doc, state.types, activeNode(state) ?? undefined, point)
  if (place.kind !== 'point' || place.inside !== undefined) return place
  return { ...place, inside: containerAt(state.doc, place.point, state.types) }
}

function fitOf(place: Place): Fit {
  switch (place.kind) {
    case 'point':
      return 'any'
    case 'after':
      return place.point === undefined ? 'any' : 'takes_input'
    case 'between':
      return 'on_line'
  }
}

function inWords({ doc }: EditorState, place: Place): string {
  const name = (id: string) => {
    const node = doc.nodes[id]
    return node === undefined ? id : `“${nameOf(node)}”`
  }
  switch (place.kind) {
    case 'point':
      return place.inside === undefined ? '' : `inside ${name(place.inside)}`
    case 'after':
      return `after ${name(place.from)}${place.port === 'out' ? '' : `, output “${place.port}”`}`
    case 'between':
      return `between ${name(place.edge.from)} and ${name(place.edge.to)}`
  }
}
