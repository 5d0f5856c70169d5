import { Columns3, Ellipsis, Link2, PanelRightClose, Pencil, Play, Power, RotateCcw, Trash } from 'lucide-react'

import { hasEnded } from '@/api/runs'
import type { DocNode, NodeType, Run } from '@/api/types'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { Menu, MenuItem, MenuSeparator } from '@/ui/Menu'
import { toast } from '@/ui/toast'

import { NodeTypeIcon } from '../icons/NodeTypeIcon'
import { nameOf, titleOf } from '../model/names'
import { acceptsInput } from '../model/node_type'
import { outermost } from '../model/open_document'
import { givenOutputs } from '../run/given_outputs'
import { useRunDeeds } from '../run/use_run_deeds'
import { useStartRun } from '../run/use_start_run'
import { useActions, useEditor, useEditorStore } from '../store/context'

interface InspectorHeaderProps {
  node: DocNode
  type: NodeType | undefined
  isWide: boolean
  onWide: () => void
}

/** What the panel shows, and what can be done with the step. */
export function InspectorHeader({ node, type, isWide, onWide }: InspectorHeaderProps) {
  const actions = useActions()
  const isReadOnly = useEditor((state) => state.isReadOnly)
  return (
    <header className="flex h-14 shrink-0 items-center gap-3 border-b border-line pr-2 pl-4">
      <NodeTypeIcon type={type} />
      <div className="min-w-0 flex-1">
        <h2 className="truncate text-sm font-semibold">{nameOf(node)}</h2>
        <p className="truncate text-xs text-muted">
          {titleOf(node, type)}
          {node.name !== undefined && (
            <>
              {' · '}
              <code className="font-mono">{node.id}</code>
            </>
          )}
        </p>
      </div>
      {isReadOnly ? <RunFromHere node={node} type={type} /> : <StepActions node={node} type={type} />}
      <IconButton label={isWide ? 'Narrow panel' : 'Input, settings and output side by side'} icon={<Columns3 />} aria-pressed={isWide} onClick={onWide} />
      <IconButton label="Close the panel" keys={['Esc']} icon={<PanelRightClose />} onClick={() => actions.set({ isInspectorOpen: false })} />
    </header>
  )
}

/** On the page of a run: another run that takes over everything before this step. */
function RunFromHere({ node, type }: { node: DocNode; type: NodeType | undefined }) {
  const run = useEditor((state) => state.overlay?.run)
  const from = useEditor((state) => outermost(state.doc, node.id))
  if (run === undefined || !acceptsInput(type)) return null
  return <RunFromButton run={run} from={from} reason={hasEnded(run.status) ? undefined : 'Once this run has ended'} />
}

function RunFromButton({ run, from, reason }: { run: Run; from: string; reason: string | undefined }) {
  const { retry } = useRunDeeds(run)
  return (
    <Button size="sm" icon={<RotateCcw />} busy={retry.isPending} disabled={reason !== undefined} title={reason} onClick={() => retry.mutate(from)}>
      Run again from here
    </Button>
  )
}

function StepActions({ node, type }: { node: DocNode; type: NodeType | undefined }) {
  const store = useEditorStore()
  const actions = useActions()
  const start = useStartRun()
  const isDisabled = node.disabled === true

  const runAlone = () => {
    const { doc, overlay } = store.getState()
    const needed = givenOutputs(doc, overlay, node.id)
    if (needed.ok) void start({ only: node.id, given: needed.given })
    else toast({ title: 'There is no data for this step yet', detail: `Run the workflow once: “${needed.missing.join('”, “')}” has no output that could be handed on.` })
  }
  return (
    <>
      {acceptsInput(type) && (
        <IconButton label="Run only this step" icon={<Play />} onClick={runAlone} />
      )}
      <Menu label="Step" trigger={<IconButton label="More about this step" icon={<Ellipsis />} />}>
        <MenuItem icon={<Play />} keys={['Shift', 'Enter']} onSelect={() => actions.set({ floating: { kind: 'run', to: node.id } })}>
          Run to here
        </MenuItem>
        <MenuItem icon={<Link2 />} keys={['c']} onSelect={() => actions.set({ floating: { kind: 'connect', from: node.id } })}>
          Connect to…
        </MenuItem>
        <MenuItem icon={<Pencil />} keys={['F2']} onSelect={() => actions.set({ renaming: node.id })}>
          Rename
        </MenuItem>
        <MenuItem icon={<Power />} keys={['d']} onSelect={() => actions.execute({ type: 'setDisabled', ids: [node.id], disabled: !isDisabled })}>
          {isDisabled ? 'Enable' : 'Disable'}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Trash />} keys={['Del']} danger onSelect={() => actions.execute({ type: 'remove', ids: [node.id] })}>
          Delete
        </MenuItem>
      </Menu>
    </>
  )
}
