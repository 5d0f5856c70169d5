import { useEffect, useMemo, useRef } from 'react'

import type { DocNode, Json } from '@/api/types'

import { StepDataPanes } from '../data/StepDataPanes'
import { insertPathInField } from '../expression/insert_target'
import { ERROR, type NodeField, type Params } from '../model/document'
import { acceptsInput } from '../model/node_type'
import { contextFor } from '../run/expression_context'
import { stepBeside } from '../run/overlay'
import { WaitLine } from '../run/WaitLine'
import { NodeSettings } from '../settings/NodeSettings'
import { useActions, useEditor } from '../store/context'
import { activeNode } from '../store/editor_store'
import { focusTarget } from './focus_target'
import { InspectorHeader } from './InspectorHeader'
import { IterationPicker } from './IterationPicker'
import { usePanelSize } from './panel_size'
import { PluginTriggerBox } from './PluginTriggerBox'
import { ResizeHandle } from './ResizeHandle'
import { TriggerAddress } from './TriggerAddress'
import { UpstreamPane } from './UpstreamPane'

/** From this width on, input, settings and output stand side by side. */
const WIDE = 880
const MIDDLE = 620

/** The panel at the right: what the selected step is set to, and what it saw and made in the run that is shown. */
export function Inspector() {
  const id = useEditor((state) => (state.isInspectorOpen ? activeNode(state) : null))
  const node = useEditor((state) => (id === null ? undefined : state.doc.nodes[id]))
  const role = useEditor((state) => (node === undefined ? undefined : state.types[node.type]?.role))
  return node === undefined || role === 'note' ? null : <NodeInspector node={node} />
}

function NodeInspector({ node }: { node: DocNode }) {
  const actions = useActions()
  const panel = useRef<HTMLElement>(null)
  const [width, setWidth] = usePanelSize('inspector', 420, { least: 340, most: 1_280 })
  const nodeType = useEditor((state) => state.types[node.type])
  const problems = useEditor((state) => state.problems)
  const own = useMemo(() => problems.filter((problem) => problem.node === node.id), [problems, node.id])
  const doc = useEditor((state) => state.doc)
  const overlay = useEditor((state) => state.overlay)
  const stepPath = useEditor((state) => state.stepPath)
  const isReadOnly = useEditor((state) => state.isReadOnly)
  const target = useEditor((state) => (state.target?.node === node.id ? state.target : null))
  const context = useMemo(() => contextFor(doc, overlay, node.id, stepPath), [doc, overlay, node.id, stepPath])
  const step = useMemo(() => (overlay === null ? null : stepBeside(overlay, node.id, stepPath)), [overlay, node.id, stepPath])

  const pin = (id: string, value: Json | undefined) => actions.execute({ type: 'setNodeField', id, field: 'pinned', value })
  const isErrorConnected = useEditor((state) => state.doc.edges.some((edge) => edge.from === node.id && edge.port === ERROR))
  const errorPort = {
    isConnected: isErrorConnected,
    onConnect: () => actions.set({ floating: { kind: 'palette', place: { kind: 'after', from: node.id, port: ERROR } } }),
  }

  useEffect(() => {
    if (target !== null && panel.current !== null) focusTarget(panel.current, target.pointer)
  }, [target])

  useEffect(() => {
    const element = panel.current
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return
      // An open list of choices closes first.
      if (event.target instanceof Element && event.target.matches('[role=combobox][aria-expanded=true]')) return
      event.preventDefault()
      actions.set({ isInspectorOpen: false })
      document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(node.id)}"]`)?.focus({ preventScroll: true })
    }
    element?.addEventListener('keydown', onKeyDown)
    return () => element?.removeEventListener('keydown', onKeyDown)
  }, [actions, node.id])

  const settings = (
    <NodeSettings
      node={node}
      nodeType={nodeType}
      problems={own}
      context={context}
      errorPort={errorPort}
      output={step?.status === 'succeeded' ? step.output : undefined}
      onChange={(params, options) =>
        // What the form makes of JSON values is JSON again.
        actions.execute({ type: 'setParams', id: node.id, params: params as Params }, options)
      }
      onNodeField={(field: NodeField, value) => actions.execute({ type: 'setNodeField', id: node.id, field, value }, { coalesce: `${node.id}/${field}` })}
    />
  )
  const data = (
    <StepDataPanes
      key={node.id}
      step={step}
      onPickPath={isReadOnly ? undefined : insertPathInField}
      pin={isReadOnly || !acceptsInput(nodeType) ? undefined : { pinned: node.pinned, onPin: (pinned) => pin(node.id, pinned) }}
    />
  )
  return (
    <aside
      ref={panel}
      data-inspector
      aria-label={`Step ${node.name ?? node.id}`}
      className="relative flex max-w-[70%] shrink-0 flex-col border-l border-line bg-surface max-sm:fixed max-sm:inset-0 max-sm:z-40 max-sm:w-full! max-sm:max-w-none"
      style={{ width }}
    >
      <ResizeHandle label="Width of the panel" edge="left" size={width} onSize={setWidth} />
      <InspectorHeader node={node} type={nodeType} isWide={width >= MIDDLE} onWide={() => setWidth(width >= MIDDLE ? 420 : 980)} />
      <TriggerAddress node={node} />
      {nodeType?.role === 'trigger' && node.type.includes('/') && !isReadOnly && <PluginTriggerBox key={node.id} node={node} />}
      <IterationPicker node={node.id} />
      {step?.status === 'waiting' && step.waits && (
        <p className="border-b border-line bg-status-waiting-soft px-4 py-2">
          <WaitLine waiting={{ step, wait: step.waits }} />
        </p>
      )}
      {isReadOnly ? (
        <div className="min-h-0 flex-1">{data}</div>
      ) : width < MIDDLE ? (
        <div className="flex min-h-0 flex-1 flex-col">
          <div data-settings className="min-h-0 flex-[3]">
            {settings}
          </div>
          <div className="min-h-0 flex-[2] border-t border-line">{data}</div>
        </div>
      ) : (
        <div className="flex min-h-0 flex-1 divide-x divide-line">
          {width >= WIDE && (
            <div className="min-w-0 flex-1">
              <UpstreamPane node={node.id} context={context} onPickPath={insertPathInField} />
            </div>
          )}
          <div data-settings className="min-w-0 flex-[1.3]">
            {settings}
          </div>
          <div className="min-w-0 flex-1">{data}</div>
        </div>
      )}
    </aside>
  )
}
