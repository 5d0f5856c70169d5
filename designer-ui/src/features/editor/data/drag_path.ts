import type { DragEvent } from 'react'

import { PATH_TRANSFER } from '../expression/insert_target'

/** Makes an element carry a data path to an input; as text it is the expression, for other programs. */
export function dragPath(path: string): { draggable: true; onDragStart: (event: DragEvent) => void } {
  return {
    draggable: true,
    onDragStart: (event) => {
      event.dataTransfer.setData(PATH_TRANSFER, path)
      event.dataTransfer.setData('text/plain', `{{ ${path} }}`)
      event.dataTransfer.effectAllowed = 'copy'
    },
  }
}
