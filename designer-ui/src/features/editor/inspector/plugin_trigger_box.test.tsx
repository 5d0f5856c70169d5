import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, it } from 'vitest'

import type { Manifest, ManifestTrigger, PluginTrigger } from '@/api/plugin_types'
import { createQueryClient } from '@/api/query_client'
import { type Answer, json, problem, serveFetch } from '@/api/test_fetch'
import { TooltipProvider } from '@/ui/Tooltip'

import { documentOf, types } from '../model/fixtures'
import { EditorContext } from '../store/context'
import { createEditorStore } from '../store/editor_store'
import { type Session, SessionContext } from '../store/session'
import { PluginTriggerBox } from './PluginTriggerBox'

afterEach(cleanup)

const URL = 'https://weft.example/triggers/tok_1'

const arrived: ManifestTrigger = { id: 'arrived', kind: 'poll', everyS: 60 }
const changed: ManifestTrigger = { id: 'changed', kind: 'webhook' }

const inService = (more: Partial<PluginTrigger>): PluginTrigger => ({
  node: 'start',
  type: 'acme.parcels/arrived',
  kind: 'poll',
  state: 'working',
  subscribes: false,
  last_ms: null,
  next_ms: null,
  ...more,
})

interface Shown {
  trigger?: ManifestTrigger
  published?: PluginTrigger[]
  routes?: Record<string, Answer>
  canSave?: boolean
}

/** The box of the node `start`, drawn with a trigger of the plugin, published where there are triggers in service. */
function show({ trigger = arrived, published, routes = {}, canSave = true }: Shown) {
  const manifest: Manifest = { manifest: 1, id: 'acme.parcels', version: '1.0.0', name: 'Parcels', triggers: [trigger] }
  const calls = serveFetch({
    'GET /plugins': () => json({ items: [{ id: 'acme.parcels', versions: [{ version: '1.0.0', state: 'enabled', manifest }] }], next: null }),
    'GET /workflows/wf_1/triggers': () => json({ items: published ?? [] }),
    ...routes,
  })
  const node = { id: 'start', type: `acme.parcels/${trigger.id}` }
  const store = createEditorStore({ workflowId: 'wf_1', document: documentOf([node]), etag: '', types, publishedRevision: published ? 1 : null })
  // Of what lives beside the editor the box only saves the draft.
  const session = { autosave: { flush: () => Promise.resolve(canSave) } } as Session
  render(
    <QueryClientProvider client={createQueryClient()}>
      <TooltipProvider>
        <EditorContext value={store}>
          <SessionContext value={session}>
            <PluginTriggerBox node={node} />
          </SessionContext>
        </EditorContext>
      </TooltipProvider>
    </QueryClientProvider>,
  )
  return { calls, user: userEvent.setup() }
}

it('shows what a polled trigger would find, and says that nothing is started', async () => {
  const { calls, user } = show({ routes: { 'POST /workflows/wf_1/sample': () => json({ items: [{ parcel: 'P-1' }, { parcel: 'P-2' }] }) } })
  expect(await screen.findByText('It looks for news every 1 min.')).toBeTruthy()
  expect(screen.getByText('It starts runs once the workflow is published.')).toBeTruthy()
  await user.click(screen.getByRole('button', { name: 'Fetch a sample' }))
  const dialog = await screen.findByRole('dialog', { name: 'Sample' })
  expect(dialog.textContent).toContain('Nothing is started')
  expect(within(dialog).getByText('steps.start')).toBeTruthy()
  expect(within(dialog).getByText('Item 1 of 2')).toBeTruthy()
  await user.click(within(dialog).getByRole('button', { name: 'Next item' }))
  expect(within(dialog).getByText('Item 2 of 2')).toBeTruthy()
  expect(calls.find(({ method }) => method === 'POST')?.body).toEqual({ node: 'start' })
})

it('says when there is nothing, and why there is no sample', async () => {
  let isRefused = false
  const refusal = { status: 422, code: 'plugin_refused', title: 'The plugin refused', detail: 'Choose a depot (no_depot).' }
  const { user } = show({ routes: { 'POST /workflows/wf_1/sample': () => (isRefused ? problem(refusal) : json({ items: [] })) } })
  await user.click(await screen.findByRole('button', { name: 'Fetch a sample' }))
  expect(await screen.findByRole('heading', { name: 'Nothing new' })).toBeTruthy()
  isRefused = true
  await user.keyboard('{Escape}')
  await user.click(screen.getByRole('button', { name: 'Fetch a sample' }))
  expect(await screen.findByText('Choose a depot (no_depot).')).toBeTruthy()
})

it('asks only for what is saved', async () => {
  const { calls, user } = show({ canSave: false })
  await user.click(await screen.findByRole('button', { name: 'Fetch a sample' }))
  expect(await screen.findByText(/The draft could not be saved/)).toBeTruthy()
  expect(calls.some(({ method }) => method === 'POST')).toBe(false)
})

it('gives out the address of a called trigger once it is published', async () => {
  show({ trigger: changed })
  expect(await screen.findByText('It has an address once the workflow is published. Give it to the service then.')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Copy the trigger URL' })).toBeNull()
  cleanup()
  show({ trigger: changed, published: [inService({ type: 'acme.parcels/changed', kind: 'webhook', url: URL })] })
  expect(await screen.findByText(URL)).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Copy the trigger URL' })).toBeTruthy()
  expect(screen.getByText(/^Give this address to the service/)).toBeTruthy()
  expect(screen.getByText('Working')).toBeTruthy()
  cleanup()
  show({ trigger: changed, published: [inService({ type: 'acme.parcels/changed', kind: 'webhook', url: URL, subscribes: true, state: 'connecting' })] })
  expect(await screen.findByText(/^The plugin gives this address to the service/)).toBeTruthy()
  expect(screen.getByText('Connecting')).toBeTruthy()
})

it('tells why a trigger fails, since when, and when it is tried again', async () => {
  const nowMs = Date.now()
  const error = { kind: 'auth', code: 'refused', message: 'The token was revoked.', node: null, path: null, pointer: null, details: null } as const
  show({ published: [inService({ state: 'failing', failing_since_ms: nowMs - 300_000, next_ms: nowMs + 600_500, error })] })
  expect(await screen.findByText('The token was revoked.')).toBeTruthy()
  expect(screen.getByText(/^Failing since/)).toBeTruthy()
  expect(screen.getByText(/^Tried again/).textContent).toMatch(/^Tried again in (10 min|10 min 1 s|9 min 59 s)\.$/)
})

it('says when a trigger was drawn after the workflow was published', async () => {
  show({ published: [] })
  expect(await screen.findByText(/^It is not in the published revision/)).toBeTruthy()
})
