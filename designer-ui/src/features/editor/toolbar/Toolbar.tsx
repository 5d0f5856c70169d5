import { Link } from '@tanstack/react-router'
import { ChevronRight, Play, Redo2, Rocket, Settings2, Undo2 } from 'lucide-react'

import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'

import { useActions, useEditor } from '../store/context'
import { SaveStatus } from './SaveStatus'
import { WorkflowMenu } from './WorkflowMenu'
import { WorkflowName } from './WorkflowName'

/** The bar above the canvas: which workflow this is, whether it is saved, and what can be done with it. */
export function Toolbar() {
  const actions = useActions()
  const undone = useEditor((state) => state.history.past.at(-1)?.label)
  const redone = useEditor((state) => state.history.future.at(-1)?.label)
  const revision = useEditor((state) => state.publishedRevision)
  return (
    <header className="flex h-14 shrink-0 items-center gap-2 border-b border-line bg-surface px-4 max-sm:px-2">
      <nav aria-label="Breadcrumb" className="flex min-w-0 items-center gap-1 text-muted">
        <Link to="/" className="rounded-sm px-1 hover:text-ink max-md:hidden">
          Workflows
        </Link>
        <ChevronRight aria-hidden className="size-4 shrink-0 max-md:hidden" />
        <WorkflowName />
      </nav>
      <span className="max-sm:hidden">
        {revision === null ? <Badge>Not published</Badge> : <Badge tone="success">Published · r{revision}</Badge>}
      </span>
      <SaveStatus />
      <span className="flex-1" />
      <IconButton
        label="Undo"
        title={undone}
        keys={['Ctrl', 'Z']}
        icon={<Undo2 />}
        className="max-sm:hidden"
        disabled={undone === undefined}
        onClick={() => actions.undo()}
      />
      <IconButton
        label="Redo"
        title={redone}
        keys={['Ctrl', 'Shift', 'Z']}
        icon={<Redo2 />}
        className="max-sm:hidden"
        disabled={redone === undefined}
        onClick={() => actions.redo()}
      />
      <IconButton
        label="Workflow settings"
        keys={['Ctrl', ',']}
        icon={<Settings2 />}
        onClick={() => actions.set({ floating: { kind: 'settings' } })}
        className="max-sm:hidden"
      />
      <span aria-hidden className="mx-1 h-5 border-l border-line max-sm:hidden" />
      <Button icon={<Play />} onClick={() => actions.set({ floating: { kind: 'run' } })}>
        Run
      </Button>
      <Button variant="primary" icon={<Rocket />} onClick={() => actions.set({ floating: { kind: 'publish' } })}>
        Publish
      </Button>
      <WorkflowMenu />
    </header>
  )
}
