import type { DocNode, Document } from '@/api/types'

const NODE_WIDTH = 200
const NODE_HEIGHT = 64
const MARGIN = 40

/** A document as a small drawing: boxes and lines, enough to see its shape. */
export function ExampleSketch({ document }: { document: Document }) {
  const boxes = boxesOf(document.nodes)
  if (boxes.size === 0) return <div className="h-28 border-b border-line bg-sunken" />
  const all = [...boxes.values()]
  const left = Math.min(...all.map(({ x }) => x)) - MARGIN
  const top = Math.min(...all.map(({ y }) => y)) - MARGIN
  const right = Math.max(...all.map(({ x, width }) => x + width)) + MARGIN
  const bottom = Math.max(...all.map(({ y, height }) => y + height)) + MARGIN
  return (
    <svg
      aria-hidden
      viewBox={`${left} ${top} ${right - left} ${bottom - top}`}
      className="h-28 w-full border-b border-line bg-sunken"
    >
      {document.edges.map(({ from, port, to }) => {
        const start = boxes.get(from)
        const end = boxes.get(to)
        if (!start || !end) return null
        return (
          <path
            key={`${from}.${port ?? ''}-${to}`}
            d={curve(start.x + start.width, start.y + start.height / 2, end.x, end.y + end.height / 2)}
            fill="none"
            stroke="var(--line-strong)"
            strokeWidth={4}
          />
        )
      })}
      {all.map(({ id, x, y, width, height, isContainer, isTrigger }) => (
        <rect
          key={id}
          x={x}
          y={y}
          width={width}
          height={height}
          rx={14}
          fill={isContainer ? 'none' : isTrigger ? 'var(--category-triggers-soft)' : 'var(--surface)'}
          stroke={isTrigger ? 'var(--category-triggers)' : 'var(--line-strong)'}
          strokeWidth={4}
          strokeDasharray={isContainer ? '14 10' : undefined}
        />
      ))}
    </svg>
  )
}

interface Box {
  id: string
  x: number
  y: number
  width: number
  height: number
  isContainer: boolean
  isTrigger: boolean
}

const TRIGGERS = new Set(['manual', 'webhook', 'schedule', 'error_trigger'])

/** Where the boxes are on one common plane; nodes without a place stand in a row. */
function boxesOf(nodes: DocNode[]): Map<string, Box> {
  const containers = new Set(nodes.map((node) => node.inside))
  const boxes = new Map<string, Box>()
  const drawn = nodes.filter(({ type }) => type !== 'note')
  const byId = new Map(drawn.map((node) => [node.id, node]))
  drawn.forEach((node, index) => {
    const [x, y] = placeOf(node, index, byId)
    const isContainer = containers.has(node.id)
    const [width, height] = isContainer ? (node.size ?? [NODE_WIDTH * 2, NODE_HEIGHT * 2]) : [NODE_WIDTH, NODE_HEIGHT]
    boxes.set(node.id, { id: node.id, x, y, width, height, isContainer, isTrigger: TRIGGERS.has(node.type) })
  })
  return boxes
}

function placeOf(node: DocNode, index: number, byId: Map<string, DocNode>): [number, number] {
  const [x, y] = node.at ?? [index * (NODE_WIDTH + 80), 0]
  const container = node.inside === undefined ? undefined : byId.get(node.inside)
  // A container stands in another at most a few levels deep; a broken document could name itself.
  if (container?.at === undefined || container.id === node.id) return [x, y]
  return [x + container.at[0], y + container.at[1]]
}

function curve(x1: number, y1: number, x2: number, y2: number): string {
  const bend = Math.max(40, Math.abs(x2 - x1) / 2)
  return `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`
}
