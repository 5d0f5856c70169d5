import { MiniMap, Panel, useReactFlow, useStore } from '@xyflow/react'
import { Map as MapIcon, Maximize, Minus, Plus } from 'lucide-react'
import { useState } from 'react'

import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'

import { HUES } from '../icons/NodeTypeIcon'
import { nodeRun } from '../run/overlay'
import { useActions, useEditor } from '../store/context'
import type { FlowNode } from './flow'
import { moveMs } from './motion'

const KEY = 'weft.minimap'
/** On a narrower canvas the map would cover what it maps. */
const ROOM_FOR_MAP = 680

/** At the edges of the canvas: adding, zooming, the map. */
export function CanvasControls() {
  const actions = useActions()
  const flow = useReactFlow()
  const zoom = useStore((state) => Math.round(state.transform[2] * 100))
  const width = useStore((state) => state.width)
  const isReadOnly = useEditor((state) => state.isReadOnly)
  const [hasMap, setHasMap] = useState(storedChoice)
  const toggle = () => {
    setHasMap(!hasMap)
    try {
      localStorage.setItem(KEY, hasMap ? 'hidden' : 'shown')
    } catch {
      // Without storage it holds until the page is closed.
    }
  }
  return (
    <>
      {!isReadOnly && (
        <Panel position="top-left" data-canvas-tools>
          <Button
            icon={<Plus />}
            onClick={() => actions.set({ floating: { kind: 'palette', place: null } })}
            aria-keyshortcuts="Tab"
          >
            Add step
          </Button>
        </Panel>
      )}
      <Panel position="bottom-left" data-canvas-tools className="flex items-center gap-0.5 rounded-lg border border-line bg-surface p-0.5 shadow-low">
        <IconButton label="Zoom out" keys={['-']} tooltipSide="top" size="sm" icon={<Minus />} onClick={() => void flow.zoomOut({ duration: moveMs() })} />
        <button
          type="button"
          className="h-6 w-12 rounded-md text-xs text-muted tabular hover:bg-hover hover:text-ink"
          aria-label={`Zoom ${zoom} %, set to 100 %`}
          onClick={() => void flow.zoomTo(1, { duration: moveMs() })}
        >
          {zoom} %
        </button>
        <IconButton label="Zoom in" keys={['+']} tooltipSide="top" size="sm" icon={<Plus />} onClick={() => void flow.zoomIn({ duration: moveMs() })} />
        <IconButton
          label="Show everything"
          keys={['1']}
          tooltipSide="top"
          size="sm"
          icon={<Maximize />}
          onClick={() => void flow.fitView({ duration: moveMs(), padding: 0.15, maxZoom: 1 })}
        />
        <IconButton label="Minimap" tooltipSide="top" size="sm" icon={<MapIcon />} aria-pressed={hasMap} onClick={toggle} />
      </Panel>
      {hasMap && width >= ROOM_FOR_MAP && <StatusMap />}
    </>
  )
}

/** The map in the corner: categories by hue, or by status while a run is shown. */
function StatusMap() {
  const nodes = useEditor((state) => state.doc.nodes)
  const types = useEditor((state) => state.types)
  const byNode = useEditor((state) => state.overlay?.byNode)
  const colorOf = ({ id, type }: FlowNode): string => {
    const run = nodeRun(byNode?.[id])
    if (run !== null) return `var(--status-${run.status})`
    if (type === 'container') return 'var(--category-logic-soft)'
    if (type === 'note') return 'var(--warning-soft)'
    const node = nodes[id]
    const known = node === undefined ? undefined : types[node.type]
    return byNode === undefined && known !== undefined ? HUES[known.category].color : 'var(--line-strong)'
  }
  return <MiniMap<FlowNode> pannable zoomable ariaLabel="Map of the workflow" nodeColor={colorOf} nodeBorderRadius={12} style={{ width: 184, height: 120 }} />
}

function storedChoice(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'hidden'
  } catch {
    return true
  }
}
