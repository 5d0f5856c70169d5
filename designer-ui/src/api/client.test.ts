import { afterEach, describe, expect, it, vi } from 'vitest'

import { http, onSignedOut, urlOf } from '@/api/client'
import { ApiProblem, asProblem } from '@/api/problem'
import { json, problem, serveFetch } from '@/api/test_fetch'
import { saveDraft } from '@/api/workflows'

afterEach(() => onSignedOut(() => undefined))

const thrown = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('it should have been refused'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(ApiProblem)
      return asProblem(error)
    },
  )

describe('requests', () => {
  it('leave out what is not asked for', () => {
    expect(urlOf('/runs', { status: 'failed', search: '', from: undefined, limit: 5 })).toBe('/api/v1/runs?status=failed&limit=5')
    expect(urlOf('/runs')).toBe('/api/v1/runs')
  })

  it('that write say they are JSON, with or without a body', async () => {
    const calls = serveFetch({ 'POST /runs/run_1/cancel': () => json({ id: 'run_1' }, 202), 'DELETE /session': () => new Response(null, { status: 204 }) })
    expect(await http.post('/runs/run_1/cancel')).toEqual({ id: 'run_1' })
    await expect(http.delete('/session')).resolves.toBeUndefined()
    expect(calls.map(({ headers }) => headers.get('Content-Type'))).toEqual(['application/json', 'application/json'])
  })

  it('save a draft only over the one that was read', async () => {
    const calls = serveFetch({ 'PUT /workflows/wf_1/draft': () => json({ etag: '"2"', problems: [] }) })
    await saveDraft('wf_1', { weft: 1, name: 'A', nodes: [], edges: [], settings: {} }, '"1"')
    expect(calls[0]!.headers.get('If-Match')).toBe('"1"')
    expect(calls[0]!.body).toMatchObject({ weft: 1, name: 'A' })
  })
})

describe('problems', () => {
  it('carry code, detail, field and everything wrong with a document', async () => {
    const wrong = { node: 'big', pointer: '/nodes/1/params/condition', code: 'missing_param', message: 'Say when.', severity: 'error' as const }
    serveFetch({
      'POST /workflows/wf_1/publish': () =>
        problem({
          type: 'https://weft.example/errors#document_has_problems',
          status: 422,
          code: 'document_has_problems',
          title: 'It cannot be published',
          detail: 'One thing is to be mended.',
          problems: [wrong],
          field: 'nodes',
        }),
    })
    const refused = await thrown(http.post('/workflows/wf_1/publish'))
    expect(refused).toMatchObject({ status: 422, code: 'document_has_problems', field: 'nodes', message: 'One thing is to be mended.' })
    expect(refused.problems).toEqual([wrong])
    expect(refused.docsUrl).toBe('https://weft.example/errors#document_has_problems')
  })

  it('are made of answers that are none of ours', async () => {
    serveFetch({ 'GET /me': () => new Response('<html>Bad gateway</html>', { status: 502, statusText: 'Bad Gateway' }) })
    expect(await thrown(http.get('/me'))).toMatchObject({ status: 502, code: 'unreadable_answer', title: 'Bad Gateway', docsUrl: undefined })
  })

  it('tell that no answer came', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    expect(await thrown(http.get('/me'))).toMatchObject({ status: 0, code: 'server_unreachable' })
  })

  it('leave a cancelled request alone', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new DOMException('Aborted', 'AbortError')))
    await expect(http.get('/me')).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('an ended session', () => {
  const refusal = () => problem({ status: 401, code: 'not_signed_in', title: 'Sign in', detail: 'Sign in first.' })

  it('is reported', async () => {
    const signedOut = vi.fn()
    onSignedOut(signedOut)
    serveFetch({ 'GET /runs': refusal })
    await thrown(http.get('/runs'))
    expect(signedOut).toHaveBeenCalledOnce()
  })

  it('is not what a wrong password means', async () => {
    const signedOut = vi.fn()
    onSignedOut(signedOut)
    serveFetch({ 'POST /session': refusal, 'GET /me': refusal })
    await thrown(http.post('/session', { body: { email: 'a@b', password: 'c' } }))
    await thrown(http.get('/me'))
    expect(signedOut).not.toHaveBeenCalled()
  })
})
