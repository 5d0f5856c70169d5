import { useMemo, useState } from 'react'
import { Check } from 'lucide-react'

import { Dialog } from '@/ui/Dialog'
import { Segmented } from '@/ui/Segmented'

import { NodeTypeIcon } from '../icons/NodeTypeIcon'
import { refusal } from '../model/connect'
import { edgeKey, makeEdge } from '../model/document'
import { fullName, nameOf, titleOf } from '../model/names'
import { portsOf } from '../model/node_type'
import { nodesOf } from '../model/open_document'
import { useActions, useEditor } from '../store/context'
import { Picker } from './Picker'

/** Drawing lines without a pointer: choose an output, then the steps it leads to. */
export function ConnectDialog() {
  const from = useEditor((state) => (state.floating?.kind === 'connect' ? state.floating.from : null))
  return from === null ? null : <ConnectFrom key={from} from={from} />
}

function ConnectFrom({ from }: { from: string }) {
  const actions = useActions()
  const doc = useEditor((state) => state.doc)
  const types = useEditor((state) => state.types)
  const [query, setQuery] = useState('')
  const node = doc.nodes[from]
  const ports = useMemo(() => (node === undefined ? [] : portsOf(node, types[node.type])), [node, types])
  const [chosen, setPort] = useState<string | null>(null)
  const port = chosen ?? ports[0]?.id ?? 'out'

  const groups = useMemo(() => {
    const keys = new Set(doc.edges.map(edgeKey))
    const wanted = query.toLowerCase()
    const options = nodesOf(doc)
      .filter((other) => other.id !== from && types[other.type]?.role !== 'note' && fullName(other, types[other.type]).toLowerCase().includes(wanted))
      .map((other) => {
        const isConnected = keys.has(edgeKey(makeEdge(from, port, other.id)))
        const reason = isConnected ? null : refusal(doc, types, from, port, other.id)
        return {
          id: other.id,
          title: fullName(other, types[other.type]),
          detail: isConnected ? 'Connected. Choose it again to take the line away.' : (reason ?? titleOf(other, types[other.type])),
          icon: <NodeTypeIcon type={types[other.type]} />,
          end: isConnected ? <Check aria-hidden className="size-4 text-accent-ink" /> : undefined,
          disabled: reason !== null,
        }
      })
      .sort((a, b) => Number(a.disabled) - Number(b.disabled))
    return options.length === 0 ? [] : [{ title: 'Steps', options }]
  }, [doc, types, from, port, query])

  if (node === undefined) return null
  const close = () => actions.set({ floating: null })
  return (
    <Dialog open onOpenChange={close} title={`Connect “${nameOf(node)}” to…`} size="md" className="h-[min(560px,78vh)]">
      <div className="-mx-5 -mb-5 flex h-[calc(100%+20px)] flex-col">
        {ports.length > 1 && (
          <div className="px-5 pb-3">
            <Segmented label="Output" value={port} onChange={setPort} options={ports.map(({ id, title }) => ({ value: id, label: title }))} />
          </div>
        )}
        <Picker
          label="Search steps to connect to"
          placeholder="Search steps"
          query={query}
          onQuery={setQuery}
          groups={groups}
          onChoose={(to) => {
            const edge = makeEdge(from, port, to)
            const isConnected = doc.edges.some((other) => edgeKey(other) === edgeKey(edge))
            actions.execute(isConnected ? { type: 'disconnect', edges: [edge] } : { type: 'connect', edge })
            close()
          }}
          empty="There is no other step yet. Add one with Tab."
        />
      </div>
    </Dialog>
  )
}
