import { useState } from 'react'
import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleX, Copy, Download, Ellipsis, Pencil, Trash2 } from 'lucide-react'

import { nodeTypesQuery } from '@/api/node_types'
import type { WorkflowSummary } from '@/api/types'
import { useDuplicate, useExport } from '@/features/workflows/actions'
import { DeleteDialog } from '@/features/workflows/DeleteDialog'
import { RenameDialog } from '@/features/workflows/RenameDialog'
import { Badge } from '@/ui/Badge'
import { classNames } from '@/ui/class_names'
import { IconButton } from '@/ui/IconButton'
import { Menu, MenuItem, MenuSeparator } from '@/ui/Menu'
import { NodeIcon } from '@/ui/NodeIcon'
import { RelativeTime } from '@/ui/RelativeTime'
import { StatusBadge } from '@/ui/StatusBadge'
import { Cell, HeadCell, Row, Table, TableHead } from '@/ui/Table'

export function WorkflowsTable({ workflows }: { workflows: WorkflowSummary[] }) {
  return (
    <Table label="Workflows">
      <TableHead>
        <HeadCell>Name</HeadCell>
        <HeadCell className="max-md:hidden">Started by</HeadCell>
        <HeadCell className="max-md:hidden">Published</HeadCell>
        <HeadCell>Last run</HeadCell>
        <HeadCell className="max-lg:hidden">Last 24 hours</HeadCell>
        <HeadCell className="max-xl:hidden">Changed</HeadCell>
        <HeadCell className="w-12">
          <span className="sr-only">Actions</span>
        </HeadCell>
      </TableHead>
      <tbody>
        {workflows.map((workflow) => (
          <WorkflowRow key={workflow.id} workflow={workflow} />
        ))}
      </tbody>
    </Table>
  )
}

function WorkflowRow({ workflow }: { workflow: WorkflowSummary }) {
  return (
    <Row>
      <Cell className="w-full max-w-0">
        <Link
          to="/workflows/$id"
          params={{ id: workflow.id }}
          className="block truncate font-medium after:absolute after:inset-0 hover:text-accent-ink"
        >
          {workflow.name}
        </Link>
      </Cell>
      <Cell className="max-md:hidden">
        <Triggers triggers={workflow.triggers} />
      </Cell>
      <Cell className="whitespace-nowrap max-md:hidden">
        {workflow.published_revision === null ? (
          <span className="text-muted">Draft only</span>
        ) : (
          <Badge tone="accent">Revision {workflow.published_revision}</Badge>
        )}
      </Cell>
      <Cell className="whitespace-nowrap">
        {workflow.last_run === null ? (
          <span className="text-muted">Never</span>
        ) : (
          <Link
            to="/workflows/$id/runs/$runId"
            params={{ id: workflow.id, runId: workflow.last_run.id }}
            className="group relative z-10 inline-flex items-center gap-2 rounded-sm"
          >
            <StatusBadge status={workflow.last_run.status} />
            <RelativeTime atMs={workflow.last_run.created_at_ms} className="text-muted group-hover:text-ink group-hover:underline max-sm:sr-only" />
          </Link>
        )}
      </Cell>
      <Cell className="max-lg:hidden">
        <Counts counts={workflow.run_counts} />
      </Cell>
      <Cell className="whitespace-nowrap text-muted max-xl:hidden">
        <RelativeTime atMs={workflow.updated_at_ms} />
      </Cell>
      <Cell className="relative z-10 text-right">
        <Actions workflow={workflow} />
      </Cell>
    </Row>
  )
}

const ICONS: Record<string, string> = { webhook: 'webhook', schedule: 'clock', manual: 'play', error_trigger: 'octagon-x' }

const isOfPlugin = ({ type }: { type: string }) => type.includes('/')

function Triggers({ triggers }: { triggers: WorkflowSummary['triggers'] }) {
  const { data: types } = useQuery({ ...nodeTypesQuery, enabled: triggers.some(isOfPlugin) })
  const iconOf = (type: string) => ICONS[type] ?? types?.find(({ id }) => id === type)?.icon ?? 'zap'
  if (triggers.length === 0) return <span className="text-muted">Nothing yet</span>
  return (
    <ul className="flex flex-col items-start gap-1">
      {triggers.map(({ node, type, label }) => (
        <li key={node}>
          <Badge tone="trigger" icon={<NodeIcon icon={iconOf(type)} />}>
            <span className="max-w-40 truncate">{label}</span>
          </Badge>
        </li>
      ))}
    </ul>
  )
}

function Counts({ counts: { succeeded, failed } }: { counts: WorkflowSummary['run_counts'] }) {
  if (succeeded === 0 && failed === 0) return <span className="text-muted">No runs</span>
  return (
    <span className="tabular inline-flex items-center gap-3 whitespace-nowrap">
      <span className="inline-flex items-center gap-1 text-muted">
        <CircleCheck aria-hidden className="size-3.5 text-status-succeeded" />
        {succeeded}
        <span className="sr-only"> succeeded</span>
      </span>
      <span className={classNames('inline-flex items-center gap-1', failed > 0 ? 'font-medium text-danger-ink' : 'text-muted')}>
        <CircleX aria-hidden className="size-3.5" />
        {failed}
        <span className="sr-only"> failed</span>
      </span>
    </span>
  )
}

function Actions({ workflow }: { workflow: WorkflowSummary }) {
  const [open, setOpen] = useState<'rename' | 'delete' | null>(null)
  const duplicate = useDuplicate()
  const save = useExport()
  return (
    <>
      <Menu
        label={`Actions for ${workflow.name}`}
        trigger={<IconButton label={`Actions for ${workflow.name}`} icon={<Ellipsis />} />}
      >
        <MenuItem icon={<Pencil />} onSelect={() => setOpen('rename')}>
          Rename…
        </MenuItem>
        <MenuItem icon={<Copy />} onSelect={() => duplicate.mutate(workflow.id)}>
          Duplicate
        </MenuItem>
        <MenuItem icon={<Download />} onSelect={() => save.mutate(workflow.id)}>
          Export as JSON
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Trash2 />} danger onSelect={() => setOpen('delete')}>
          Delete…
        </MenuItem>
      </Menu>
      {open === 'rename' && <RenameDialog workflow={workflow} onClose={() => setOpen(null)} />}
      {open === 'delete' && <DeleteDialog workflow={workflow} onClose={() => setOpen(null)} />}
    </>
  )
}
