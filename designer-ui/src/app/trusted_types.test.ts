import { expect, it } from 'vitest'

import { type PolicyFactory, trustOwnScripts } from '@/app/trusted_types'

it('trusts scripts of our own origin and no others', () => {
  let create: ((address: string) => string) | undefined
  const factory: PolicyFactory = {
    createPolicy: (name, rules) => {
      expect(name).toBe('default')
      create = rules.createScriptURL
    },
  }
  trustOwnScripts(factory, 'https://weft.test')
  expect(create?.('/assets/worker.js')).toBe('/assets/worker.js')
  expect(create?.('https://weft.test/assets/worker.js')).toBe('https://weft.test/assets/worker.js')
  for (const address of ['https://evil.test/x.js', '//evil.test/x.js', 'blob:https://evil.test/1', 'data:text/javascript,1']) {
    expect(() => create?.(address)).toThrow('Scripts come from https://weft.test only')
  }
})

it('does nothing in browsers without trusted types', () => {
  expect(() => trustOwnScripts(undefined, 'https://weft.test')).not.toThrow()
})
