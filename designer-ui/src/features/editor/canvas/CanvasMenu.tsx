import { ClipboardPaste, Copy, Link2, MousePointerClick, Pencil, Play, Plus, Power, Settings2, StickyNote, Trash, Unplug } from 'lucide-react'
import { type ReactNode, useState } from 'react'

import { ContextMenu, ContextMenuItem, ContextMenuSeparator } from '@/ui/Menu'
import { toast } from '@/ui/toast'

import { addStep } from '../model/add_step'
import { copyText, pasteCommand } from '../model/clipboard'
import type { Point } from '../model/document'
import { readFragment } from '../model/foreign_text'
import { useActions, useEditor, useEditorStore } from '../store/context'

/** The menu at the pointer, over a step or over empty canvas. */
export function CanvasMenu({ pointer, children }: { pointer: () => Point; children: ReactNode }) {
  const store = useEditorStore()
  const actions = useActions()
  const isReadOnly = useEditor((state) => state.isReadOnly)
  const [node, setNode] = useState<string | null>(null)
  if (isReadOnly) return children

  const look = (event: React.MouseEvent) => {
    const id = event.target instanceof Element ? event.target.closest<HTMLElement>('.react-flow__node')?.dataset.id : undefined
    setNode(id ?? null)
    if (id !== undefined && !store.getState().selection.nodes.includes(id)) actions.select([id])
  }
  return (
    <ContextMenu
      target={
        <div className="flex min-h-0 min-w-0 flex-1" onContextMenu={look}>
          {children}
        </div>
      }
    >
      {node === null ? <PaneItems pointer={pointer} /> : <NodeItems node={node} />}
    </ContextMenu>
  )
}

function NodeItems({ node }: { node: string }) {
  const store = useEditorStore()
  const actions = useActions()
  const selected = useEditor((state) => state.selection.nodes)
  const isDisabled = useEditor((state) => state.doc.nodes[node]?.disabled === true)
  const isAlone = selected.length <= 1
  return (
    <>
      {isAlone && (
        <>
          <ContextMenuItem icon={<Settings2 />} keys={['Enter']} onSelect={() => actions.set({ isInspectorOpen: true })}>
            Open settings
          </ContextMenuItem>
          <ContextMenuItem icon={<Play />} keys={['Shift', 'Enter']} onSelect={() => actions.set({ floating: { kind: 'run', to: node } })}>
            Run to here
          </ContextMenuItem>
          <ContextMenuItem icon={<Link2 />} keys={['c']} onSelect={() => actions.set({ floating: { kind: 'connect', from: node } })}>
            Connect to…
          </ContextMenuItem>
          <ContextMenuItem icon={<Pencil />} keys={['F2']} onSelect={() => actions.set({ renaming: node })}>
            Rename
          </ContextMenuItem>
        </>
      )}
      <ContextMenuItem icon={<Power />} keys={['d']} onSelect={() => actions.execute({ type: 'setDisabled', ids: selected, disabled: !isDisabled })}>
        {isDisabled ? 'Enable' : 'Disable'}
      </ContextMenuItem>
      <ContextMenuItem icon={<Copy />} keys={['Ctrl', 'C']} onSelect={() => void navigator.clipboard.writeText(copyText(store.getState().doc, selected))}>
        Copy
      </ContextMenuItem>
      <ContextMenuSeparator />
      <ContextMenuItem icon={<Unplug />} keys={['Ctrl', 'Del']} onSelect={() => actions.execute({ type: 'removeAndReconnect', ids: selected })}>
        Delete and reconnect
      </ContextMenuItem>
      <ContextMenuItem icon={<Trash />} keys={['Del']} danger onSelect={() => actions.execute({ type: 'remove', ids: selected })}>
        {isAlone ? 'Delete' : `Delete ${selected.length} steps`}
      </ContextMenuItem>
    </>
  )
}

function PaneItems({ pointer }: { pointer: () => Point }) {
  const store = useEditorStore()
  const actions = useActions()
  const [point] = useState(pointer)

  const addNote = () => {
    const { doc, types } = store.getState()
    const note = Object.values(types).find((type) => type.role === 'note')
    if (note === undefined) return
    const { id, command } = addStep(doc, types, note, { kind: 'point', point, inside: undefined })
    actions.execute(command, { select: [id] })
    actions.set({ renaming: id })
  }
  const paste = async () => {
    const { doc, types } = store.getState()
    const text = await navigator.clipboard.readText().catch(() => '')
    const reading = readFragment(text, types)
    if (reading.kind !== 'fragment') {
      toast({ title: 'Nothing was pasted', detail: reading.kind === 'refused' ? reading.reason : 'The clipboard holds no steps.' })
      return
    }
    const command = pasteCommand(doc, reading.fragment, { kind: 'point', point, inside: undefined })
    actions.execute(command, { select: command.nodes.map((each) => each.id) })
    if (reading.dropped.length > 0) toast({ title: 'Pasted, but not everything', detail: reading.dropped.join(' ') })
  }
  return (
    <>
      <ContextMenuItem
        icon={<Plus />}
        keys={['Tab']}
        onSelect={() => actions.set({ floating: { kind: 'palette', place: { kind: 'point', point, inside: undefined } } })}
      >
        Add step here
      </ContextMenuItem>
      <ContextMenuItem icon={<StickyNote />} keys={['n']} onSelect={addNote}>
        Add note
      </ContextMenuItem>
      <ContextMenuItem icon={<ClipboardPaste />} keys={['Ctrl', 'V']} onSelect={() => void paste()}>
        Paste
      </ContextMenuItem>
      <ContextMenuSeparator />
      <ContextMenuItem icon={<MousePointerClick />} keys={['Ctrl', 'A']} onSelect={() => actions.select(store.getState().doc.order)}>
        Select all
      </ContextMenuItem>
    </>
  )
}
