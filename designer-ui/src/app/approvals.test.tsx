import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'

import { json, problem } from '@/api/test_fetch'
import type { Approval, PublicApproval } from '@/api/types'
import { open } from '@/app/test_pages'

const refund: Approval = {
  run_id: 'run_1',
  workflow_id: 'wf_1',
  workflow_name: 'Refunds',
  path: 'ask',
  node: 'ask',
  title: 'Refund order 17?',
  text: 'The customer **waits**.',
  choices: [
    { port: 'approve', title: 'Approve' },
    { port: 'reject', title: 'Reject' },
  ],
  fields: { type: 'object', required: ['amount'], properties: { amount: { type: 'number', title: 'Amount', maximum: 100 } } },
  assignee: 'ada@example.com',
  opened_at_ms: 0,
  expires_at_ms: null,
  closed_at_ms: null,
  url: 'https://weft.test/approve/t1',
}
const hire: Approval = { ...refund, run_id: 'run_2', title: 'Hire Grace?', fields: null }

describe('the inbox of approvals', () => {
  it('shows what is open, takes the answer, and goes to the next', async () => {
    let items = [refund, hire]
    const { user, calls } = open('/approvals', {
      'GET /approvals': () => json({ items, next: null }),
      'POST /runs/run_1/approvals': () => {
        items = [hire]
        return new Response(null, { status: 202 })
      },
    })
    const article = within(await screen.findByRole('article', { name: 'Refund order 17?' }))
    expect((await article.findByText('waits')).tagName).toBe('STRONG')
    expect(screen.getByRole('link', { name: /^Approvals ?, 2 open$/ })).toBeTruthy()

    await user.type(article.getByLabelText('Amount'), '250')
    await user.click(article.getByRole('button', { name: 'Approve' }))
    expect(await article.findByText('Not more than 100.')).toBeTruthy()
    await waitFor(() => expect(document.activeElement).toBe(article.getByLabelText('Amount')))
    expect(calls.some(({ method }) => method === 'POST')).toBe(false)

    await user.clear(article.getByLabelText('Amount'))
    await user.type(article.getByLabelText('Amount'), '50')
    await user.type(article.getByLabelText(/Comment/), 'Half of it.')
    await user.click(article.getByRole('button', { name: 'Reject' }))
    expect(await screen.findByRole('article', { name: 'Hire Grace?' })).toBeTruthy()
    expect(calls.find(({ method }) => method === 'POST')?.body).toEqual({
      path: 'ask',
      choice: 'reject',
      data: { amount: 50 },
      comment: 'Half of it.',
    })
    await waitFor(() => expect(screen.queryByRole('link', { name: 'Refund order 17?' })).toBeNull())
  })

  it('says so when nothing is open', async () => {
    open('/approvals', {})
    expect(await screen.findByText('Nothing waits for an answer')).toBeTruthy()
  })

  it('leads from a link that is too old to the run', async () => {
    open('/approvals?run=run_9&path=ask', { 'GET /approvals': () => json({ items: [hire], next: null }) })
    expect(await screen.findByText('This one is no longer open')).toBeTruthy()
    expect(screen.getByRole('link', { name: 'Open the run' }).getAttribute('href')).toBe('/runs/run_9')
  })

  it('keeps what was answered, without a way to answer again', async () => {
    const { user, calls } = open('/approvals', { 'GET /approvals': () => json({ items: [refund], next: null }) })
    await user.click(await screen.findByRole('radio', { name: 'Answered' }))
    await waitFor(() => expect(calls.some(({ query }) => query.get('status') === 'answered')).toBe(true))
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Approve' })).toBeNull())
  })
})

describe('the page for people without an account', () => {
  const path = '/approve/t%2F1'
  const asked: PublicApproval = { ...refund, fields: null }

  it('takes an answer without signing in', async () => {
    const { user, calls } = open(path, {
      'GET /me': () => problem({ status: 401, code: 'not_signed_in', title: 'No', detail: 'No.' }),
      'GET /public/approvals/t%2F1': () => json(asked),
      'POST /public/approvals/t%2F1': () => new Response(null, { status: 202 }),
    })
    expect(await screen.findByRole('heading', { name: 'Refund order 17?' })).toBeTruthy()
    expect(screen.queryByRole('navigation')).toBeNull()
    await user.type(screen.getByLabelText(/Your name/), 'Grace')
    await user.click(screen.getByRole('button', { name: 'Approve' }))
    expect(await screen.findByText('Thank you')).toBeTruthy()
    expect(calls.find(({ method }) => method === 'POST')?.body).toEqual({ choice: 'approve', name: 'Grace' })
    expect(calls.some(({ path: asksWho }) => asksWho === '/me')).toBe(false)
  })

  it.each([
    [404, 'approval_not_found', 'This link leads to nothing'],
    [409, 'approval_closed', 'This is no longer open'],
  ])('tells what became of it: %d %s', async (status, code, words) => {
    open(path, { 'GET /public/approvals/t%2F1': () => problem({ status, code, title: 'No', detail: 'No.' }) })
    expect(await screen.findByText(words)).toBeTruthy()
  })

  it('tells when somebody else answered while it was read', async () => {
    const { user } = open(path, {
      'GET /public/approvals/t%2F1': () => json(asked),
      'POST /public/approvals/t%2F1': () => problem({ status: 409, code: 'approval_closed', title: 'No', detail: 'No.' }),
    })
    await user.click(await screen.findByRole('button', { name: 'Approve' }))
    expect(await screen.findByText('This is no longer open')).toBeTruthy()
  })

  it('tells of a question that was answered before', async () => {
    open(path, { 'GET /public/approvals/t%2F1': () => json({ ...asked, closed_at_ms: 1 }) })
    expect(await screen.findByText('This is no longer open')).toBeTruthy()
  })

  it('asks for something where the question was left out', async () => {
    open(path, { 'GET /public/approvals/t%2F1': () => json({ ...asked, title: null, text: null }) })
    expect(await screen.findByRole('heading', { name: 'Go on with Refunds?' })).toBeTruthy()
  })

  it('has no choices once the time is over', async () => {
    open(path, { 'GET /public/approvals/t%2F1': () => json({ ...asked, expires_at_ms: 1 }) })
    expect(await screen.findByText('The time to answer is over')).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Approve' })).toBeNull()
  })
})
