import { useMemo } from 'react'

import type { DocNode, NodeType, Port } from '@/api/types'

import { portOf } from '../model/document'
import { portsOf } from '../model/node_type'
import { nodeRun, type NodeRun } from '../run/overlay'
import { useEditor } from '../store/context'

export interface NodeView {
  node: DocNode
  type: NodeType | undefined
  ports: readonly Port[]
  run: NodeRun | null
  /** Whether its pinned output stands in for it: in the draft and its runs. */
  isPinned: boolean
}

/** All a drawn node needs to know of the store, and no more. */
export function useNodeView(id: string): NodeView | null {
  const node = useEditor((state) => state.doc.nodes[id])
  const type = useEditor((state) => (node === undefined ? undefined : state.types[node.type]))
  const used = useEditor((state) => state.doc.edges.filter((edge) => edge.from === id).map(portOf).join('\n'))
  const steps = useEditor((state) => state.overlay?.byNode[id])
  const ports = useMemo(() => (node === undefined ? [] : portsOf(node, type, used === '' ? [] : used.split('\n'))), [node, type, used])
  const run = useMemo(() => nodeRun(steps), [steps])
  const isOfDraft = useEditor((state) => !state.isReadOnly || state.overlay?.run.revision === null)
  return node === undefined ? null : { node, type, ports, run, isPinned: isOfDraft && node.pinned !== undefined }
}
