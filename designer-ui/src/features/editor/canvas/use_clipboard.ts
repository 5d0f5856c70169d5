import { useEffect } from 'react'

import { toast } from '@/ui/toast'
import { isTyping } from '@/ui/shortcuts'

import { copyText, pasteCommand, type PasteAt } from '../model/clipboard'
import type { Point } from '../model/document'
import { readFragment } from '../model/foreign_text'
import { useEditorStore } from '../store/context'
import type { EditorState } from '../store/editor_store'
import { isOnCanvas } from './use_key_commands'

/** Copy, cut and paste through the system clipboard, by the browser's own events: no permission is needed. */
export function useClipboard(pointer: () => Point | null): void {
  const store = useEditorStore()
  useEffect(() => {
    const onCopy = (event: ClipboardEvent) => {
      const state = store.getState()
      if (!isOurs(event) || state.selection.nodes.length === 0) return
      event.preventDefault()
      event.clipboardData?.setData('text/plain', copyText(state.doc, state.selection.nodes))
      if (event.type === 'cut') state.actions.execute({ type: 'remove', ids: state.selection.nodes })
    }
    const onPaste = (event: ClipboardEvent) => {
      const state = store.getState()
      if (!isOurs(event) || state.isReadOnly) return
      const text = event.clipboardData?.getData('text/plain') ?? ''
      if (paste(state, text, pointer())) event.preventDefault()
    }
    document.addEventListener('copy', onCopy)
    document.addEventListener('cut', onCopy)
    document.addEventListener('paste', onPaste)
    return () => {
      document.removeEventListener('copy', onCopy)
      document.removeEventListener('cut', onCopy)
      document.removeEventListener('paste', onPaste)
    }
  }, [store, pointer])
}

/** Text that is being selected or written belongs to the browser. */
function isOurs(event: ClipboardEvent): boolean {
  const { activeElement } = document
  if (isTyping(event.target) || isTyping(activeElement) || document.querySelector('[role=dialog]') !== null) return false
  return isOnCanvas(activeElement) && (getSelection()?.isCollapsed ?? true)
}

function paste({ doc, types, actions }: EditorState, text: string, pointer: Point | null): boolean {
  const reading = readFragment(text, types)
  switch (reading.kind) {
    case 'other':
      return false
    case 'refused':
      toast({ tone: 'danger', title: 'Nothing was pasted', detail: reading.reason })
      return true
    case 'fragment': {
      const where: PasteAt = pointer === null ? { kind: 'beside' } : { kind: 'point', point: pointer, inside: undefined }
      const command = pasteCommand(doc, reading.fragment, where)
      actions.execute(command, { select: command.nodes.filter((node) => node.inside === undefined).map((node) => node.id) })
      if (reading.dropped.length > 0) {
        toast({ title: `Pasted ${steps(command.nodes.length)}, but not everything`, detail: reading.dropped.join(' ') })
      }
      return true
    }
  }
}

function steps(count: number): string {
  return count === 1 ? '1 step' : `${count} steps`
}
