import { QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { createQueryClient } from '@/api/query_client'
import { json, serveFetch } from '@/api/test_fetch'
import type { Manifest, UploadedPlugin } from '@/api/plugin_types'
import { PluginsPage } from '@/features/plugins/PluginsPage'
import { TooltipProvider } from '@/ui/Tooltip'

const manifest: Manifest = {
  manifest: 1,
  id: 'acme.mail',
  version: '1.0.0',
  name: 'Mail',
  hosts: [{ pattern: 'https://mail.example', methods: ['POST'] }],
  actions: [{ id: 'send', title: 'Send mail', effects: 'write', idempotent: 'no' }],
}

const uploaded: UploadedPlugin = { id: 'acme.mail', version: '1.0.0', sha256: 'ab12', manifest, state: 'needs_grant' }

/** A request that waits until the test says how it goes on. */
class HeldRequest extends EventTarget {
  static last: HeldRequest | undefined
  upload = new EventTarget()
  status = 0
  statusText = ''
  responseText = ''
  opened = ''
  sent: unknown
  headers: Record<string, string> = {}

  open(method: string, url: string) {
    this.opened = `${method} ${url}`
    HeldRequest.last = this
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value
  }
  send(body: unknown) {
    this.sent = body
  }
  abort() {
    this.dispatchEvent(new Event('abort'))
  }
  progress(loaded: number, total: number) {
    this.upload.dispatchEvent(new ProgressEvent('progress', { loaded, total, lengthComputable: true }))
  }
  answer(status: number, body: unknown) {
    this.status = status
    this.responseText = JSON.stringify(body)
    this.dispatchEvent(new Event('load'))
  }
}

const component = new File([new Uint8Array(4096)], 'mail.wasm', { type: 'application/wasm' })

function open() {
  const calls = serveFetch({
    'GET /plugins': () => json({ items: [], next: null }),
    'POST /plugins/acme.mail/versions/1.0.0/grant': () => json({}),
  })
  render(
    <QueryClientProvider client={createQueryClient()}>
      <TooltipProvider>
        <PluginsPage />
      </TooltipProvider>
    </QueryClientProvider>,
  )
  return { calls, user: userEvent.setup() }
}

const held = () => waitFor(() => HeldRequest.last ?? expect.unreachable('nothing is being sent'))

beforeEach(() => {
  HeldRequest.last = undefined
  vi.stubGlobal('XMLHttpRequest', HeldRequest)
})

describe('uploading a plugin', () => {
  it('shows how far it has come, then what the component asks for', async () => {
    const { user, calls } = open()
    await user.upload(screen.getByLabelText('Plugin file'), component)
    const request = await held()
    expect(request.opened).toBe('POST /api/v1/plugins')
    expect(request.headers['Content-Type']).toBe('application/wasm')
    expect(request.sent).toBe(component)
    request.progress(1024, 4096)
    expect(await screen.findByText('1 KiB of 4 KiB')).toBeTruthy()
    expect(screen.getByRole('progressbar', { name: 'Uploading mail.wasm' }).getAttribute('aria-valuenow')).toBe('25')
    request.answer(201, uploaded)
    const dialog = await screen.findByRole('dialog', { name: 'Grant Mail 1.0.0 what it asks for?' })
    expect(within(dialog).getByText('https://mail.example')).toBeTruthy()
    expect(within(dialog).getByText('At most once')).toBeTruthy()
    await user.click(within(dialog).getByRole('checkbox', { name: 'May reach it' }))
    await user.click(within(dialog).getByRole('button', { name: 'Grant' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(calls.find(({ path }) => path.endsWith('/grant'))?.body).toEqual({ hosts: [] })
  })

  it('takes a file that is dropped', async () => {
    open()
    fireEvent.drop(screen.getByRole('heading', { name: 'Plugins' }), { dataTransfer: { files: [component], types: ['Files'] } })
    expect((await held()).sent).toBe(component)
  })

  it('tells why a file was refused', async () => {
    const { user } = open()
    await user.upload(screen.getByLabelText('Plugin file'), component)
    const refusal = { status: 422, code: 'not_a_component', title: 'It is no component', detail: 'It begins like a core module.' }
    const request = await held()
    request.answer(422, refusal)
    const dialog = await screen.findByRole('dialog', { name: 'This file was not accepted' })
    expect(within(dialog).getByText('It begins like a core module.')).toBeTruthy()
    expect(within(dialog).getByText('not_a_component')).toBeTruthy()
  })

  it('can be cancelled', async () => {
    const { user } = open()
    await user.upload(screen.getByLabelText('Plugin file'), component)
    const request = await held()
    const aborted = vi.fn()
    request.addEventListener('abort', aborted)
    await user.click(await screen.findByRole('button', { name: 'Cancel' }))
    expect(aborted).toHaveBeenCalledOnce()
    expect(screen.queryByRole('dialog')).toBeNull()
  })
})
