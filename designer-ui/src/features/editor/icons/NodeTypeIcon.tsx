import { CircleHelp, Puzzle } from 'lucide-react'

import type { Category, NodeType } from '@/api/types'
import { classNames } from '@/ui/class_names'

import { NODE_ICONS } from './node_icons'

interface Hue {
  title: string
  tile: string
  /** The same hue as a CSS colour, for what is drawn without classes. */
  color: string
}

/** Each category has a hue that its nodes carry everywhere. */
export const HUES: Readonly<Record<Category, Hue>> = {
  triggers: { title: 'Triggers', tile: 'bg-category-triggers-soft text-category-triggers', color: 'var(--category-triggers)' },
  logic: { title: 'Logic', tile: 'bg-category-logic-soft text-category-logic', color: 'var(--category-logic)' },
  data: { title: 'Data', tile: 'bg-category-data-soft text-category-data', color: 'var(--category-data)' },
  connectors: { title: 'Connectors', tile: 'bg-category-connectors-soft text-category-connectors', color: 'var(--category-connectors)' },
  code: { title: 'Code', tile: 'bg-category-code-soft text-category-code', color: 'var(--category-code)' },
  people: { title: 'People', tile: 'bg-category-people-soft text-category-people', color: 'var(--category-people)' },
  ai: { title: 'AI', tile: 'bg-category-ai-soft text-category-ai', color: 'var(--category-ai)' },
}

const SIZES = { sm: 'size-6 [&>*]:size-3.5', md: 'size-8 [&>*]:size-4', lg: 'size-10 [&>*]:size-5' }

/** A node type's icon on a tile of its category's hue. */
export function NodeTypeIcon({ type, size = 'md' }: { type: NodeType | undefined; size?: keyof typeof SIZES }) {
  const tile = type === undefined ? 'bg-sunken text-muted' : HUES[type.category].tile
  return (
    <span aria-hidden className={classNames('inline-flex shrink-0 items-center justify-center rounded-md', tile, SIZES[size])}>
      <Glyph type={type} />
    </span>
  )
}

function Glyph({ type }: { type: NodeType | undefined }) {
  if (type === undefined) return <CircleHelp />
  if (type.icon.startsWith('data:image/svg+xml')) return <img src={type.icon} alt="" />
  const Icon = NODE_ICONS[type.icon] ?? Puzzle
  return <Icon />
}
