import { Handle, Position } from '@xyflow/react'
import { Plus } from 'lucide-react'
import { memo } from 'react'

import type { Port } from '@/api/types'
import { classNames } from '@/ui/class_names'

import { ERROR } from '../model/document'
import { NODE_HEIGHT, PORT_ROW } from '../model/geometry'
import { rowsOf } from '../model/node_type'
import { useActions, useEditor } from '../store/context'

interface PortsProps {
  node: string
  /** What the node is called, for the labels of the buttons. */
  name: string
  ports: readonly Port[]
}

/** Where the middle of a port is below the top of its node. */
function middleOf(index: number, count: number): number {
  return count === 1 ? NODE_HEIGHT / 2 : NODE_HEIGHT + index * PORT_ROW + PORT_ROW / 2
}

/** The outputs of a node: a handle to drag from, and a `+` that adds the next step. Failures leave at the lower edge. */
export const Ports = memo(function Ports({ node, name, ports }: PortsProps) {
  const rows = rowsOf(ports)
  return (
    <>
      {rows.map((port, index) => (
        <OutputPort key={port.id} node={node} name={name} port={port} top={middleOf(index, rows.length)} isAlone={rows.length === 1} />
      ))}
      {rows.length < ports.length && <ErrorPort node={node} name={name} />}
    </>
  )
})

interface OutputPortProps {
  node: string
  name: string
  port: Port
  top: number
  isAlone: boolean
}

function OutputPort({ node, name, port, top, isAlone }: OutputPortProps) {
  const actions = useActions()
  const isReadOnly = useEditor((state) => state.isReadOnly)
  const isFree = useEditor((state) => !state.doc.edges.some((edge) => edge.from === node && (edge.port ?? 'out') === port.id))
  return (
    <>
      <Handle
        type="source"
        id={port.id}
        position={Position.Right}
        className="weft-handle"
        style={{ top }}
        isConnectable={!isReadOnly}
      />
      {!isReadOnly && (
        <div className={classNames('weft-add-next', !isFree && 'weft-add-next-used')} style={{ top }}>
          {isFree && <span aria-hidden className="weft-add-stub" />}
          <button
            type="button"
            tabIndex={-1}
            className="nodrag nopan weft-plus"
            aria-label={isAlone ? `Add a step after ${name}` : `Add a step after ${name}, port ${port.title}`}
            onClick={(event) => {
              event.stopPropagation()
              actions.set({ floating: { kind: 'palette', place: { kind: 'after', from: node, port: port.id } } })
            }}
          >
            <Plus aria-hidden />
          </button>
        </div>
      )}
    </>
  )
}

/** Where a failed step goes on, when somebody connects it; quiet until then. */
function ErrorPort({ node, name }: { node: string; name: string }) {
  const actions = useActions()
  const isReadOnly = useEditor((state) => state.isReadOnly)
  const isUsed = useEditor((state) => state.doc.edges.some((edge) => edge.from === node && edge.port === ERROR))
  if (isReadOnly && !isUsed) return null
  return (
    <>
      <Handle
        type="source"
        id={ERROR}
        position={Position.Bottom}
        title="Error: goes on here when the step fails"
        className={classNames('weft-handle weft-handle-error', !isUsed && 'weft-handle-quiet')}
        isConnectable={!isReadOnly}
      />
      {!isReadOnly && (
        <div className="weft-add-error weft-add-next-used">
          <button
            type="button"
            tabIndex={-1}
            className="nodrag nopan weft-plus"
            aria-label={`Add a step for errors of ${name}`}
            onClick={(event) => {
              event.stopPropagation()
              actions.set({ floating: { kind: 'palette', place: { kind: 'after', from: node, port: ERROR } } })
            }}
          >
            <Plus aria-hidden />
          </button>
        </div>
      )}
    </>
  )
}

/** The names of the outputs, one row each, when there is more than one. */
export const PortRows = memo(function PortRows({ ports }: { ports: readonly Port[] }) {
  const rows = rowsOf(ports)
  if (rows.length < 2) return null
  return (
    <ul className="m-0 list-none border-t border-line pt-1 pb-1">
      {rows.map((port) => (
        <li key={port.id} className="flex h-6 items-center justify-end truncate pr-4 text-xs text-muted">
          <span className="truncate">{port.title}</span>
        </li>
      ))}
    </ul>
  )
})

/** The one input at the left. */
export function InputPort() {
  const isReadOnly = useEditor((state) => state.isReadOnly)
  return <Handle type="target" position={Position.Left} className="weft-handle" style={{ top: NODE_HEIGHT / 2 }} isConnectable={!isReadOnly} />
}
