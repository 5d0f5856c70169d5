/** Every edit of a document, as data: undo, autosave, shortcuts, paste and tests share this one path. */

import type { DocNode, Document, Edge, Json, Settings } from '@/api/types'

import type { NodeField, Params, Point } from './document'

export type Command =
  | { type: 'add'; nodes: readonly DocNode[]; edges: readonly Edge[] }
  | { type: 'connect'; edge: Edge }
  | { type: 'disconnect'; edges: readonly Edge[] }
  | { type: 'move'; to: Readonly<Record<string, Point>> }
  | { type: 'resize'; id: string; at: Point; size: Point }
  | { type: 'remove'; ids: readonly string[] }
  /** Removes nodes and joins what led to each with what followed it. */
  | { type: 'removeAndReconnect'; ids: readonly string[] }
  | { type: 'setParams'; id: string; params: Params }
  | { type: 'setParam'; id: string; key: string; value: Json }
  /** `undefined` takes the field away. */
  | { type: 'setNodeField'; id: string; field: NodeField; value: unknown }
  | { type: 'setDisabled'; ids: readonly string[]; disabled: boolean }
  /** A new id. `params` holds the parameters of the nodes whose expressions the core rewrote; without it the model rewrites. */
  | { type: 'rename'; from: string; to: string; params?: Readonly<Record<string, Params>> }
  /** Puts a node that is in the document on an edge and makes room for it. */
  | { type: 'splice'; id: string; edge: Edge; port: string; shift: number }
  /** Moves nodes into a container or out of it; edges that would cross its border go. */
  | { type: 'setInside'; ids: readonly string[]; inside: string | undefined; at: Readonly<Record<string, Point>> }
  | { type: 'setSettings'; settings: Settings }
  | { type: 'setName'; name: string }
  /** Another whole document in the place of this one, such as an older revision. */
  | { type: 'replace'; document: Document; label: string }
  | { type: 'batch'; label: string; commands: readonly Command[] }

/** What the command did, in words for the undo button. */
export function labelOf(command: Command): string {
  switch (command.type) {
    case 'add':
      return command.nodes.length === 1 ? 'Add step' : `Add ${command.nodes.length} steps`
    case 'connect':
      return 'Connect'
    case 'disconnect':
      return 'Disconnect'
    case 'move':
      return 'Move'
    case 'resize':
      return 'Resize'
    case 'remove':
    case 'removeAndReconnect':
      return command.ids.length === 1 ? 'Delete step' : `Delete ${command.ids.length} steps`
    case 'setParams':
    case 'setParam':
    case 'setNodeField':
      return 'Edit settings'
    case 'setDisabled':
      return command.disabled ? 'Disable' : 'Enable'
    case 'rename':
      return 'Rename'
    case 'splice':
      return 'Insert on line'
    case 'setInside':
      return command.inside === undefined ? 'Move out of loop' : 'Move into loop'
    case 'setSettings':
      return 'Workflow settings'
    case 'setName':
      return 'Rename workflow'
    case 'replace':
    case 'batch':
      return command.label
  }
}
