import { type DragEvent, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'

import { classNames } from '@/ui/class_names'

import { becomeInsertTarget, leaveInsertTarget, PATH_TRANSFER } from '../expression/insert_target'
import { loadEditor } from '../expression/load_editor'

export interface FixedZoneProps {
  takesExpression: boolean
  /** The fields inside look after themselves. */
  isGroup: boolean
  /** A data path was dropped here, or picked while the focus was here. */
  onInsert: (path: string) => void
  /** `=` was typed into the empty field. */
  onEquals: () => void
  /** The focus left the field. */
  onLeave: () => void
  children: ReactNode
}

/** The place of a fixed value, with the ways that lead from it to an expression. */
export function FixedZone({ takesExpression, isGroup, onInsert, onEquals, onLeave, children }: FixedZoneProps) {
  const owner = useRef({})
  const [isOver, setOver] = useState(false)

  useEffect(() => {
    const target = owner.current
    return () => leaveInsertTarget(target)
  }, [])

  if (isGroup) return children
  if (!takesExpression) return <PathFree>{children}</PathFree>

  const keyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== '=' || event.ctrlKey || event.metaKey || event.altKey || !isEmpty(event.target)) return
    event.preventDefault()
    onEquals()
  }
  const dragOver = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes(PATH_TRANSFER)) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
    setOver(true)
  }
  const drop = (event: DragEvent) => {
    setOver(false)
    const path = event.dataTransfer.getData(PATH_TRANSFER)
    if (path === '') return
    event.preventDefault()
    onInsert(path)
  }
  return (
    // The zone only listens to what happens to the input inside it.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      onKeyDown={keyDown}
      onFocus={() => {
        becomeInsertTarget(owner.current, onInsert)
        void loadEditor()
      }}
      onBlur={onLeave}
      onDragOver={dragOver}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={classNames('rounded-md', isOver && 'outline-2 outline-offset-1 outline-focus outline-dashed')}
    >
      {children}
    </div>
  )
}

/** Where a path means nothing: dropped there it is not even taken as text. */
export function PathFree({ children }: { children: ReactNode }) {
  const refuse = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes(PATH_TRANSFER)) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'none'
  }
  return (
    <div onDragOver={refuse} onDrop={refuse}>
      {children}
    </div>
  )
}

/** A field with text in it takes `=` as text; one without text (a switch, a list of choices) never does. */
function isEmpty(target: EventTarget): boolean {
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return target.value === ''
  return target instanceof HTMLSelectElement || target instanceof HTMLButtonElement
}
