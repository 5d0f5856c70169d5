import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { afterEach, expect, it, vi } from 'vitest'

import type { DocNode, JsonSchema, NodeType, Problem } from '@/api/types'
import { TooltipProvider } from '@/ui/Tooltip'

import type { ExpressionEditorProps } from '../expression/ExpressionEditor'
import { loadEditor } from '../expression/load_editor'
import type { ErrorPort } from './FailureFields'
import { NodeSettings } from './NodeSettings'

vi.mock('@/core', () => ({ core: { evaluate: () => Promise.resolve({ value: 'A-17' }), complete: () => Promise.resolve({ from: 0, to: 0, items: [] }) } }))

/** jsdom measures no text, which CodeMirror needs; a plain text box stands in for it. */
vi.mock('../expression/ExpressionEditor', () => ({
  ExpressionEditor: ({ label, value, onChange, focusAt, onBlur }: ExpressionEditorProps) => (
    <textarea
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onBlur={onBlur}
      ref={(box) => {
        if (focusAt === null || box === null || box === document.activeElement) return
        box.focus()
        box.setSelectionRange(focusAt, focusAt)
      }}
    />
  ),
}))

afterEach(cleanup)

function typeOf(params: JsonSchema, more: Partial<NodeType> = {}): NodeType {
  return {
    id: 'test',
    title: 'Test',
    summary: '',
    category: 'logic',
    icon: 'play',
    tags: [],
    role: 'step',
    params,
    ports: { fixed: [] },
    effects: 'none',
    idempotent: 'natural',
    error_port: true,
    docs: 'Does **nothing**.',
    ...more,
  }
}

interface Shown {
  params: () => Record<string, unknown>
  changes: (string | undefined)[]
  node: () => DocNode
}

function show(
  schema: JsonSchema,
  params: DocNode['params'] = {},
  problems: Problem[] = [],
  type: Partial<NodeType> = {},
  errorPort?: ErrorPort,
): Shown {
  let current: DocNode = { id: 'a', type: 'test', params }
  const changes: (string | undefined)[] = []
  function Harness() {
    const [node, setNode] = useState(current)
    const change = (next: DocNode) => {
      current = next
      setNode(next)
    }
    return (
      <NodeSettings
        node={node}
        nodeType={typeOf(schema, type)}
        problems={problems}
        context={{ input: { id: 'A-17' }, steps: {}, trigger: null, run: null, vars: {} }}
        onChange={(next, options) => {
          changes.push(options?.coalesce)
          change({ ...node, params: next as NonNullable<DocNode['params']> })
        }}
        {...(errorPort && { errorPort })}
        output={{ id: 7 }}
        onNodeField={(field, value) => change({ ...node, [field]: value })}
      />
    )
  }
  render(
    <QueryClientProvider client={new QueryClient()}>
      <TooltipProvider>
        <Harness />
      </TooltipProvider>
    </QueryClientProvider>,
  )
  return { params: () => current.params ?? {}, changes, node: () => current }
}

const webhook: JsonSchema = {
  required: ['path'],
  properties: {
    path: { type: 'string', title: 'Path', description: 'After /hooks/.', 'x-ui': { expression: false } },
    respond: { type: 'string', title: 'Respond', default: 'at_once', oneOf: [{ const: 'at_once', title: 'At once' }, { const: 'at_end', title: 'At the end' }] },
    limit: { type: 'integer', title: 'Limit', 'x-ui': { show_if: { field: 'respond', equals: 'at_end' } } },
    deep: { type: 'boolean', title: 'Deep', 'x-ui': { advanced: true } },
  },
}

it('makes inputs that their titles name', async () => {
  const user = userEvent.setup()
  const { params, changes } = show(webhook)
  const path = screen.getByLabelText('Path')
  expect(path).toHaveProperty('required', true)
  await user.type(path, 'orders')
  expect(params()).toEqual({ path: 'orders' })
  expect(new Set(changes)).toEqual(new Set(['a/params/path']))
  await user.clear(path)
  expect(params()).toEqual({})
})

it('shows fields whose condition holds, and advanced ones on demand', async () => {
  const user = userEvent.setup()
  const { params } = show(webhook)
  expect(screen.queryByLabelText('Limit')).toBeNull()
  await user.selectOptions(screen.getByLabelText('Respond'), 'At the end')
  await user.type(screen.getByLabelText('Limit'), '1x2')
  expect(params()).toEqual({ respond: 'at_end', limit: 1 })
  expect(screen.queryByLabelText('Deep')).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Advanced' }))
  await user.click(screen.getByLabelText('Deep'))
  expect(params()).toMatchObject({ deep: true })
})

it('tells problems at their fields', () => {
  const problem = (pointer: string, message: string): Problem => ({ node: 'a', pointer, message, code: 'x', severity: 'error' })
  show(webhook, {}, [problem('/nodes/0/params/path', 'A path is missing'), problem('/nodes/0/params/old', 'Nobody knows `old`'), problem('/nodes/0/params/deep', 'Too deep')])
  const path = screen.getByLabelText('Path')
  const described = path.getAttribute('aria-describedby')!.split(' ')
  expect(described.map((id) => document.getElementById(id)?.textContent)).toEqual(['A path is missing', 'After /hooks/.'])
  expect(path.getAttribute('aria-invalid')).toBe('true')
  expect(path.closest('[data-field]')?.getAttribute('data-field')).toBe('path')
  expect(screen.getByText('Nobody knows `old`')).toBeTruthy()
  // A problem opens the fold it is in.
  expect(screen.getByText('Too deep')).toBeTruthy()
  expect(screen.getByRole('tab', { name: /Settings/ }).textContent).toContain('3')
})

it('edits lists and moves their elements by keyboard', async () => {
  const user = userEvent.setup()
  const { params } = show({ properties: { cases: { type: 'array', title: 'Cases', items: { type: 'object', properties: { port: { type: 'string', title: 'Port' } } } } } }, { cases: [{ port: 'a' }] })
  await user.click(screen.getByRole('button', { name: 'Add case' }))
  await user.type(screen.getAllByLabelText('Port')[1]!, 'b')
  expect(params()).toEqual({ cases: [{ port: 'a' }, { port: 'b' }] })
  screen.getAllByRole('button', { name: 'Move up' })[1]!.focus()
  await user.keyboard('{Enter}')
  expect(params()).toEqual({ cases: [{ port: 'b' }, { port: 'a' }] })
  await user.click(screen.getByRole('button', { name: 'Remove case 2' }))
  expect(params()).toEqual({ cases: [{ port: 'b' }] })
})

it('edits free keys and keeps unfinished lines to itself', async () => {
  const user = userEvent.setup()
  const { params } = show({ properties: { headers: { type: 'object', title: 'Headers', additionalProperties: { type: 'string' } } } })
  const group = screen.getByRole('group', { name: 'Headers' })
  await user.click(within(group).getByRole('button', { name: 'Add header' }))
  await user.type(within(group).getByLabelText('Value'), 'json')
  expect(params()).toEqual({})
  await user.type(within(group).getByLabelText('Name'), 'accept')
  expect(params()).toEqual({ headers: { accept: 'json' } })
  await user.click(within(group).getByRole('button', { name: 'Remove accept' }))
  expect(params()).toEqual({})
})

it('turns an empty field into an expression at `=` and back into the value it gives', async () => {
  const user = userEvent.setup()
  await loadEditor()
  const { params } = show({ properties: { url: { type: 'string', title: 'URL' } } })
  await user.click(screen.getByLabelText('URL'))
  await user.keyboard('=input.id')
  expect(params()).toEqual({ url: '{{ input.id }}' })
  const toggle = screen.getByRole('button', { name: 'Expression' })
  expect(toggle.getAttribute('aria-pressed')).toBe('true')
  await user.click(toggle)
  await vi.waitFor(() => expect(params()).toEqual({ url: 'A-17' }))
  expect(screen.getByLabelText('URL')).toHaveProperty('value', 'A-17')
})

it('takes `=` as text where there is text', async () => {
  const user = userEvent.setup()
  const { params } = show({ properties: { url: { type: 'string', title: 'URL' } } }, { url: 'a' })
  await user.type(screen.getByLabelText('URL'), '=b')
  expect(params()).toEqual({ url: 'a=b' })
})

it('turns a field into an expression while one is being typed', async () => {
  await loadEditor()
  const user = userEvent.setup()
  const { params } = show({ properties: { url: { type: 'string', title: 'URL' } } })
  await user.click(screen.getByLabelText('URL'))
  await user.keyboard('a {{{{input.id')
  expect(params()).toEqual({ url: 'a {{ input.id }}' })
  await user.clear(screen.getByLabelText('URL'))
  await user.keyboard('plain')
  expect(params()).toEqual({ url: 'plain' })
  expect(screen.getByRole('button', { name: 'Expression' }).getAttribute('aria-pressed')).toBe('true')
})

it('sets what every node has', async () => {
  const user = userEvent.setup()
  const { node } = show(webhook)
  await user.click(screen.getByRole('tab', { name: 'General' }))
  await user.type(screen.getByLabelText('Display name'), 'Orders')
  await user.type(screen.getByLabelText(/Timeout/), '5')
  await user.click(screen.getByLabelText('Retry on failure'))
  await user.selectOptions(screen.getByLabelText('Backoff'), 'Always the same')
  await user.click(screen.getByLabelText('Disabled'))
  expect(node()).toMatchObject({ name: 'Orders', timeout_ms: 5000, disabled: true, retry: { attempts: 3, backoff: 'fixed', first_ms: 1000 } })
})

it('says for which errors and how far apart a step is tried again', async () => {
  const user = userEvent.setup()
  const { node } = show({ properties: {} })
  await user.click(screen.getByRole('tab', { name: 'General' }))
  await user.click(screen.getByLabelText('Retry on failure'))
  await user.click(screen.getByLabelText('Credential refused'))
  await user.selectOptions(screen.getByLabelText('Jitter'), 'Full: anything up to it')
  expect(node().retry).toMatchObject({ jitter: 'full', on: ['retryable', 'rate_limited', 'timeout', 'auth'] })
  expect(screen.getByText(/Waits up to 1\.0 s/)).toBeTruthy()
  await user.click(screen.getByLabelText('Credential refused'))
  await user.selectOptions(screen.getByLabelText('Jitter'), 'Half: half as long or more')
  expect(node().retry).not.toHaveProperty('jitter')
  expect(node().retry).not.toHaveProperty('on')
})

it('says what a failure does, and leads to the step that follows it', async () => {
  const user = userEvent.setup()
  let asked = 0
  const { node } = show({ properties: {} }, {}, [], { effects: 'write', idempotent: 'no' }, { isConnected: false, onConnect: () => (asked += 1) })
  await user.click(screen.getByRole('tab', { name: 'General' }))
  await user.selectOptions(screen.getByLabelText('When it fails'), 'Go on, with the error as output')
  expect(node().on_error).toBe('continue')
  await user.selectOptions(screen.getByLabelText('When it fails'), 'Go on by the Error port')
  expect(asked).toBe(1)
  await user.selectOptions(screen.getByLabelText('When it fails'), 'Fail the run')
  expect(node().on_error).toBeUndefined()
  expect(screen.getByRole('option', { name: 'As its type says: ask a person' })).toBeTruthy()
  await user.selectOptions(screen.getByLabelText('After a crash'), 'Do it again')
  expect(node().after_crash).toBe('retry')
})

it('hides paths, and pins an output', async () => {
  const user = userEvent.setup()
  const { node } = show({ properties: {} })
  await user.click(screen.getByRole('tab', { name: 'General' }))
  await user.type(screen.getByLabelText(/Hidden in history/), 'card.number{Enter}iban')
  expect(node().mask).toEqual(['card.number', 'iban'])
  await user.click(screen.getByRole('button', { name: 'Pin this output' }))
  expect(node().pinned).toEqual({ id: 7 })
  await user.click(screen.getByRole('button', { name: 'Unpin' }))
  expect(node().pinned).toBeUndefined()
})
