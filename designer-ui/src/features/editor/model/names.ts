/** What nodes are called, for eyes and for ears. */

import type { DocNode, NodeType } from '@/api/types'

export function nameOf(node: DocNode): string {
  return node.name ?? node.id
}

export function titleOf(node: DocNode, type: NodeType | undefined): string {
  return type?.title ?? node.type
}

/** "If big": the type's title and the node's name. */
export function fullName(node: DocNode, type: NodeType | undefined): string {
  return `${titleOf(node, type)} ${nameOf(node)}`
}
