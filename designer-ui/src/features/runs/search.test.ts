import { describe, expect, it } from 'vitest'

import { filterOf, isFiltered, parseRunsSearch, withFilter } from '@/features/runs/search'

describe('the filters of the runs page', () => {
  it('are read from the URL, and what makes no sense is left out', () => {
    expect(parseRunsSearch({ workflow: 'wf_1', status: 'failed', from: '2026-11-01', search: 'order' })).toEqual({
      workflow: 'wf_1',
      status: 'failed',
      from: '2026-11-01',
      search: 'order',
    })
    expect(parseRunsSearch({ workflow: '', status: 'lost', from: 'yesterday', to: '2026-13-45', search: 7, other: 'x' })).toEqual({})
  })

  it('make whole days of the user’s zone', () => {
    const { from, to } = filterOf({ from: '2026-11-30', to: '2026-11-30' })
    expect(from).toBe(new Date(2026, 10, 30).getTime())
    expect(to).toBe(new Date(2026, 11, 1).getTime() - 1)
  })

  it('pass the rest on as it is', () => {
    expect(filterOf({ workflow: 'wf_1', status: 'waiting', search: 'a b' })).toEqual({ workflow: 'wf_1', status: 'waiting', search: 'a b' })
    expect(filterOf({})).toEqual({})
  })

  it('ask the API for those that need a decision', () => {
    const search = parseRunsSearch({ status: 'person' })
    expect(search).toEqual({ status: 'person' })
    expect(filterOf(search)).toEqual({ needs_decision: true })
  })

  it('change one at a time, and an empty one goes away', () => {
    expect(withFilter({ status: 'failed' }, 'workflow', 'wf_1')).toEqual({ status: 'failed', workflow: 'wf_1' })
    expect(withFilter({ status: 'failed' }, 'status', '')).toEqual({})
    expect(isFiltered({})).toBe(false)
    expect(isFiltered({ search: 'x' })).toBe(true)
  })
})
