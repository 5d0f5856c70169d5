import { expect, it } from 'vitest'

import type { Request } from './protocol'
import { requestText } from './request_text'
import { SharedValues } from './shared_values'

function text(args: Record<string, unknown>, paths: string[][]): unknown {
  const request: Request = { id: 1, function: 'evaluate', ...new SharedValues().share(args, paths) }
  const known = new Map(request.learn.map(({ key, value }) => [key, JSON.stringify(value)]))
  return JSON.parse(requestText(request, (key) => known.get(key)!))
}

it('puts shared values back where they were', () => {
  const args = { template: '{{ a }}', context: { input: { a: 1 }, steps: { b: [2] }, item: 3, trigger: null, index: undefined } }
  const paths = [['context', 'input'], ['context', 'steps'], ['context', 'item'], ['node_types']]
  expect(text(args, paths)).toEqual({
    function: 'evaluate',
    template: '{{ a }}',
    context: { input: { a: 1 }, steps: { b: [2] }, item: 3, trigger: null },
  })
})

it('shares a whole argument', () => {
  const nodeTypes = [{ id: 'if' }]
  expect(text({ document: { nodes: [] }, node_types: nodeTypes }, [['node_types']])).toEqual({
    function: 'evaluate',
    document: { nodes: [] },
    node_types: nodeTypes,
  })
})

it('forgets what was used longest ago', () => {
  const values = new SharedValues()
  const forgotten = Array.from({ length: 70 }, (_, n) => values.share({ steps: { n } }, [['steps']]).forget).flat()
  expect(forgotten).toEqual([1, 2, 3, 4, 5, 6])
})

it('forgets nothing that the request itself needs', () => {
  const names = Array.from({ length: 200 }, (_, n) => `step_${n}`)
  const { learn, forget } = new SharedValues().share(Object.fromEntries(names.map((name) => [name, {}])), names.map((name) => [name]))
  expect([learn.length, forget.length]).toEqual([200, 0])
})

it('leaves the arguments it was given alone', () => {
  const args = { context: { input: { a: 1 } } }
  new SharedValues().share(args, [['context', 'input']])
  expect(args).toEqual({ context: { input: { a: 1 } } })
})
