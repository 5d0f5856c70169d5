import type { Category, NodeType } from '@/api/types'
import { classNames } from '@/ui/class_names'
import { NodeIcon } from '@/ui/NodeIcon'

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

const SIZES = {
  sm: { outer: 'size-6', glyph: 'size-3.5' },
  md: { outer: 'size-8', glyph: 'size-4' },
  lg: { outer: 'size-10', glyph: 'size-5' },
}

/** A node type's icon on a tile of its category's hue. */
export function NodeTypeIcon({ type, size = 'md' }: { type: NodeType | undefined; size?: keyof typeof SIZES }) {
  const { outer, glyph } = SIZES[size]
  const tile = type === undefined ? 'bg-sunken text-muted' : HUES[type.category].tile
  return (
    <span aria-hidden className={classNames('inline-flex shrink-0 items-center justify-center rounded-md', tile, outer)}>
      <NodeIcon icon={type?.icon ?? ''} className={glyph} />
    </span>
  )
}
