import { describe, expect, it } from 'vitest'

import { ownerErrors, tokenOf } from '@/features/sign_in/owner'

describe('the owner form', () => {
  it('takes the token from the hash, with or without its mark', () => {
    expect(tokenOf('#token=abc')).toBe('abc')
    expect(tokenOf('token=a%2Bc')).toBe('a+c')
    expect(tokenOf('')).toBeNull()
    expect(tokenOf('#token=')).toBeNull()
  })

  it('asks for everything that is missing', () => {
    expect(Object.keys(ownerErrors({ name: ' ', email: '', password: '' }))).toEqual(['name', 'email', 'password'])
    expect(ownerErrors({ name: 'Ada', email: 'ada', password: 'elevenchars' })).toEqual({
      email: 'This does not look like an email address.',
      password: '1 more character needed.',
    })
    expect(ownerErrors({ name: 'Ada', email: 'ada@example.com', password: 'twelve chars' })).toEqual({})
  })
})
