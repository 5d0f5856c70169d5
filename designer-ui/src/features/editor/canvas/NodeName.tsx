import { useEffect, useRef } from 'react'

import type { DocNode } from '@/api/types'

import { nameOf } from '../model/names'
import { useActions, useEditor } from '../store/context'
import { useRename } from '../store/use_rename'

/** The name of a node; F2 or a double click on it turns it into a field. */
export function NodeName({ node }: { node: DocNode }) {
  const isRenaming = useEditor((state) => state.renaming === node.id)
  const name = nameOf(node)
  if (isRenaming) return <NameField key={node.id} id={node.id} name={name} />
  return (
    <span className="block truncate text-sm font-semibold text-ink" title={name}>
      {name}
    </span>
  )
}

function NameField({ id, name }: { id: string; name: string }) {
  const actions = useActions()
  const rename = useRename()
  const field = useRef<HTMLInputElement>(null)
  const isDone = useRef(false)

  useEffect(() => {
    field.current?.focus({ preventScroll: true })
    field.current?.select()
  }, [])

  const finish = (text: string | null) => {
    if (isDone.current) return
    isDone.current = true
    actions.set({ renaming: null })
    if (text !== null && text.trim() !== '' && text.trim() !== name) void rename(id, text.trim())
    document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)?.focus({ preventScroll: true })
  }
  return (
    <input
      ref={field}
      type="text"
      aria-label={`New name of ${name}`}
      defaultValue={name}
      maxLength={64}
      className="nodrag nopan block h-5 w-full rounded-sm border border-focus bg-surface px-1 text-sm font-semibold text-ink outline-none"
      onBlur={(event) => finish(event.target.value)}
      onDoubleClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Enter') finish(event.currentTarget.value)
        if (event.key === 'Escape') finish(null)
      }}
    />
  )
}
