/** Documents and node types the editor's tests share. */

import type { Category, DocNode, Document, Edge, JsonSchema, NodeType, Ports, Role } from '@/api/types'

interface TypeOptions {
  category?: Category
  role?: Role
  ports?: Ports
  properties?: Record<string, JsonSchema>
  errorPort?: boolean
  tags?: string[]
}

export function nodeType(id: string, title: string, options: TypeOptions = {}): NodeType {
  return {
    id,
    title,
    summary: `${title} does its work.`,
    category: options.category ?? 'data',
    icon: 'pencil',
    tags: options.tags ?? [],
    role: options.role ?? 'step',
    params: { type: 'object', properties: options.properties ?? {} },
    ports: options.ports ?? { fixed: [{ id: 'out', title: 'Out' }] },
    effects: 'none',
    idempotent: 'natural',
    error_port: options.errorPort ?? false,
    docs: '',
  }
}

export const types = [
  nodeType('manual', 'Manual', { category: 'triggers', role: 'trigger' }),
  nodeType('webhook', 'Webhook', {
    category: 'triggers',
    role: 'trigger',
    properties: { path: { type: 'string' }, respond: { type: 'string', default: 'at_end' } },
  }),
  nodeType('schedule', 'Schedule', { category: 'triggers', role: 'trigger', tags: ['cron', 'timer'] }),
  nodeType('set', 'Set', { properties: { fields: { type: 'object', default: {} }, keep: { type: 'boolean', default: false } } }),
  nodeType('if', 'If', {
    category: 'logic',
    ports: {
      fixed: [
        { id: 'true', title: 'True' },
        { id: 'false', title: 'False' },
      ],
    },
  }),
  nodeType('switch', 'Switch', {
    category: 'logic',
    ports: { from_param: { list: 'cases', field: 'port', default: { id: 'default', title: 'Default' } } },
  }),
  nodeType('for_each', 'For each', { category: 'logic', role: 'container' }),
  nodeType('note', 'Note', { role: 'note' }),
  nodeType('http/request', 'HTTP request', { category: 'connectors', errorPort: true, tags: ['rest', 'api', 'curl'] }),
]

export function documentOf(nodes: DocNode[], edges: Edge[] = []): Document {
  return { weft: 1, name: 'Orders', nodes, edges, settings: {} }
}

/** in → big -true-> notify, big -false-> drop, and a loop with two steps after notify. */
export const orders = documentOf(
  [
    { id: 'in', type: 'webhook', params: { path: 'orders' }, at: [0, 0] },
    { id: 'big', type: 'if', params: { condition: '{{ input.body.total > 100 }}' }, at: [320, 0] },
    { id: 'notify', type: 'set', params: { fields: { id: '{{ steps.in.body.id }}' } }, at: [640, 0], credential: 'slack' },
    { id: 'drop', type: 'set', at: [640, 160] },
    { id: 'each', type: 'for_each', params: { list: '{{ steps.in.body.rows }}' }, at: [960, 0], size: [640, 240] },
    { id: 'first', type: 'set', inside: 'each', at: [48, 64] },
    { id: 'second', type: 'set', inside: 'each', params: { fields: { was: '{{ steps.first.id + steps["notify"].id }}' } }, at: [368, 64] },
  ],
  [
    { from: 'in', to: 'big' },
    { from: 'big', port: 'true', to: 'notify' },
    { from: 'big', port: 'false', to: 'drop' },
    { from: 'notify', to: 'each' },
    { from: 'first', to: 'second' },
  ],
)
