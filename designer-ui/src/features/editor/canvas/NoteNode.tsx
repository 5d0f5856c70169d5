import { type NodeProps, NodeResizer } from '@xyflow/react'
import { memo, useEffect, useRef } from 'react'

import { snap } from '../model/geometry'
import { useActions, useEditor } from '../store/context'
import type { FlowNode } from './flow'
import { NoteText } from './NoteText'

/** A note on the canvas: a little Markdown, edited in place. */
export const NoteNode = memo(function NoteNode({ id, selected }: NodeProps<FlowNode>) {
  const actions = useActions()
  const text = useEditor((state) => state.doc.nodes[id]?.params?.text)
  const isReadOnly = useEditor((state) => state.isReadOnly)
  const isEditing = useEditor((state) => state.renaming === id)
  const written = typeof text === 'string' ? text : ''
  return (
    <>
      <NodeResizer
        isVisible={selected && !isReadOnly}
        minWidth={112}
        minHeight={64}
        lineClassName="weft-resize-line"
        handleClassName="weft-resize-handle"
        onResizeEnd={(_event, { x, y, width, height }) =>
          actions.execute({ type: 'resize', id, at: [snap(x), snap(y)], size: [snap(width), snap(height)] })
        }
      />
      <div className="weft-note size-full overflow-auto rounded-lg p-3">
        {isEditing ? (
          <NoteField
            text={written}
            onDone={(next) => {
              actions.set({ renaming: null })
              if (next !== written) actions.execute({ type: 'setParam', id, key: 'text', value: next })
            }}
          />
        ) : (
          <NoteText text={written === '' ? 'Double-click to write a note.' : written} />
        )}
      </div>
    </>
  )
})

function NoteField({ text, onDone }: { text: string; onDone: (text: string) => void }) {
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => field.current?.focus({ preventScroll: true }), [])
  return (
    <textarea
      ref={field}
      aria-label="Text of the note"
      defaultValue={text}
      className="nodrag nopan nowheel size-full resize-none bg-transparent text-sm text-ink outline-none"
      onBlur={(event) => onDone(event.target.value)}
      onDoubleClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Escape') event.currentTarget.blur()
      }}
    />
  )
}
