import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { afterEach, expect, it, vi } from 'vitest'

import { createQueryClient } from '@/api/query_client'
import { type Answer, json, problem, serveFetch } from '@/api/test_fetch'
import type { DocNode, JsonSchema, NodeType } from '@/api/types'
import { TooltipProvider } from '@/ui/Tooltip'

import type { ExpressionEditorProps } from '../expression/ExpressionEditor'
import { NodeSettings } from './NodeSettings'

vi.mock('@/core', () => ({ core: { evaluate: () => Promise.resolve({ value: null }) } }))

/** jsdom measures no text, which CodeMirror needs. */
vi.mock('../expression/ExpressionEditor', () => ({ ExpressionEditor: ({ label }: ExpressionEditorProps) => <textarea aria-label={label} /> }))

afterEach(cleanup)

const DEPOTS = [
  { value: 'dep_1', label: 'Berlin', hint: 'North' },
  { value: 'dep_2', label: 'Bern' },
  { value: 'dep_3', label: 'Basel' },
]

const schema: JsonSchema = {
  properties: {
    country: { type: 'string', title: 'Country' },
    depot: { type: 'string', title: 'Depot', 'x-ui': { options: 'dynamic' } },
  },
}

function show(params: JsonSchema, start: DocNode['params'], routes: Record<string, Answer>) {
  const calls = serveFetch(routes)
  let current: DocNode = { id: 'a', type: 'acme.parcels/create', credential: 'main', params: start ?? {} }
  const type: NodeType = {
    id: 'acme.parcels/create',
    title: 'Create',
    summary: '',
    category: 'connectors',
    icon: 'box',
    tags: [],
    role: 'step',
    params,
    ports: { fixed: [] },
    effects: 'write',
    idempotent: 'no',
    error_port: true,
    docs: '',
  }
  function Harness() {
    const [node, setNode] = useState(current)
    return (
      <NodeSettings
        node={node}
        nodeType={type}
        problems={[]}
        context={{ input: null, steps: {}, trigger: null, run: null, vars: {} }}
        onChange={(next) => {
          current = { ...node, params: next as NonNullable<DocNode['params']> }
          setNode(current)
        }}
        onNodeField={() => undefined}
      />
    )
  }
  render(
    <QueryClientProvider client={createQueryClient()}>
      <TooltipProvider>
        <Harness />
      </TooltipProvider>
    </QueryClientProvider>,
  )
  return { calls, params: () => current.params, user: userEvent.setup() }
}

const find: Answer = ({ body }) => {
  const { search = '', cursor } = body as { search?: string; cursor?: number }
  const found = DEPOTS.filter(({ label }) => label.toLowerCase().includes(search.toLowerCase()))
  const from = cursor ?? 0
  return json({ items: found.slice(from, from + 2), ...(from + 2 < found.length && { next: from + 2 }) })
}

it('offers what the plugin names, a page at a time, and is worked by keyboard', async () => {
  const { calls, params, user } = show(schema, { country: '{{ input.country }}' }, { 'POST /node-types/options': find })
  const depot = screen.getByRole('combobox', { name: 'Depot' })
  expect(calls).toEqual([])
  await user.click(depot)
  expect(await screen.findByRole('option', { name: 'Berlin North' })).toBeTruthy()
  // An expression is not known before a run.
  expect(calls[0]?.body).toEqual({ type: 'acme.parcels/create', field: 'depot', params: {}, credential: 'main' })
  await user.keyboard('{ArrowDown}{ArrowDown}{Enter}')
  expect(await screen.findByRole('option', { name: 'Basel' })).toBeTruthy()
  expect(calls[1]?.body).toMatchObject({ cursor: 2 })
  expect(screen.getByText('3 choices')).toBeTruthy()
  const active = () => document.getElementById(depot.getAttribute('aria-activedescendant') ?? '')?.textContent.trim()
  expect(active()).toBe('Basel')
  await user.keyboard('{Enter}')
  expect(params()).toMatchObject({ depot: 'dep_3' })
  expect(depot).toHaveProperty('value', 'Basel')
  expect(depot.getAttribute('aria-expanded')).toBe('false')
})

it('searches once the typing stops', async () => {
  const { calls, params, user } = show(schema, {}, { 'POST /node-types/options': find })
  const depot = screen.getByRole('combobox', { name: 'Depot' })
  await user.type(depot, 'bas')
  await user.click(await screen.findByRole('option', { name: 'Basel' }))
  expect(params()).toEqual({ depot: 'dep_3' })
  expect(calls.map(({ body }) => (body as { search?: string }).search).filter(Boolean)).toEqual(['bas'])
})

it('takes a value that is in no list, and shows one that is by its name', async () => {
  const { params, user } = show(schema, { depot: 'dep_2' }, { 'POST /node-types/options': find })
  const depot = screen.getByRole('combobox', { name: 'Depot' })
  await waitFor(() => expect(depot).toHaveProperty('value', 'Bern'))
  await user.clear(depot)
  expect(params()).toEqual({})
  await user.type(depot, 'dep_77')
  await screen.findByText('Nothing is called “dep_77”.')
  await user.click(screen.getByRole('option', { name: 'Use “dep_77”' }))
  expect(params()).toEqual({ depot: 'dep_77' })
  // Looking for something and leaving changes nothing.
  await user.clear(depot)
  await user.type(depot, 'ber')
  await screen.findByRole('option', { name: 'Bern' })
  await user.tab()
  expect(params()).toEqual({})
})

it('says in the plugin’s words why there is no list, and asks again', async () => {
  let isDown = true
  const { user } = show(schema, {}, {
    'POST /node-types/options': (call) =>
      isDown ? problem({ status: 422, code: 'plugin_refused', title: 'Refused', detail: 'Choose a country first (no_country).' }) : find(call),
  })
  await user.click(screen.getByRole('combobox', { name: 'Depot' }))
  expect(await screen.findByText('Choose a country first (no_country).')).toBeTruthy()
  isDown = false
  await user.keyboard('{Enter}')
  expect(await screen.findByRole('option', { name: 'Bern' })).toBeTruthy()
})

it('becomes an expression like any other field', async () => {
  const { user } = show(schema, {}, { 'POST /node-types/options': find })
  const toggles = screen.getAllByRole('button', { name: 'Expression' })
  await user.click(toggles[1] ?? expect.unreachable('there is none'))
  expect(screen.queryByRole('combobox', { name: 'Depot' })).toBeNull()
})

it('shows the form of a schema that follows other parameters', async () => {
  const dependent: JsonSchema = {
    properties: {
      table: { type: 'string', title: 'Table' },
      row: { type: 'object', title: 'Row', 'x-ui': { schema: 'dynamic' } },
    },
  }
  const { calls, params, user } = show(dependent, { table: 'people' }, {
    'POST /node-types/schema': ({ body }) => {
      const { table } = (body as { params: { table?: string } }).params
      if (table !== 'people' && table !== 'places') return problem({ status: 422, code: 'plugin_refused', title: 'Refused', detail: `There is no table ${table}.` })
      return json({ schema: { type: 'object', properties: table === 'people' ? { age: { type: 'integer', title: 'Age' } } : { city: { type: 'string', title: 'City' } } } })
    },
  })
  await user.type(await screen.findByLabelText('Age'), '36')
  expect(params()).toEqual({ table: 'people', row: { age: 36 } })
  expect(calls.map(({ body }) => body)).toEqual([{ type: 'acme.parcels/create', field: 'row', params: { table: 'people' }, credential: 'main' }])
  const table = screen.getByLabelText('Table')
  await user.clear(table)
  await user.type(table, 'places')
  expect(await screen.findByLabelText('City')).toBeTruthy()
  await user.type(table, 'x')
  expect(await screen.findByText('There is no table placesx.')).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy()
})

it('takes whatever schema is answered, and is not led in circles', async () => {
  const open: JsonSchema = { properties: { row: { type: 'object', title: 'Row', 'x-ui': { schema: 'dynamic' } } } }
  const text = show(open, {}, { 'POST /node-types/schema': () => json({ schema: { type: 'string' } }) })
  await text.user.type(await screen.findByRole('textbox', { name: 'Row' }), 'abc')
  expect(text.params()).toEqual({ row: 'abc' })
  cleanup()
  const again = show(open, {}, { 'POST /node-types/schema': () => json({ schema: { ...open, 'x-ui': { schema: 'dynamic' } } }) })
  expect(await screen.findByRole('button', { name: 'Add line' })).toBeTruthy()
  expect(again.calls).toHaveLength(1)
})
