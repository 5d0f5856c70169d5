import type { Owner } from '@/api/session'

/** The server asks for the same. */
const SHORTEST_PASSWORD = 12

/** The token in the hash of the one-time link, where servers and proxies never see it. */
export function tokenOf(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#/, '')).get('token')
  return token === '' ? null : token
}

/** What is still missing, by field. */
export function ownerErrors(owner: Omit<Owner, 'token'>): Partial<Record<keyof Owner, string>> {
  const email = owner.email.trim()
  const missing = SHORTEST_PASSWORD - Array.from(owner.password).length
  return {
    ...(owner.name.trim() === '' && { name: 'Tell us your name.' }),
    ...(!/^\S+@\S+$/.test(email) && { email: email === '' ? 'Enter your email address.' : 'This does not look like an email address.' }),
    ...(missing > 0 && {
      password: owner.password === '' ? 'Choose a password.' : `${missing} more ${missing === 1 ? 'character' : 'characters'} needed.`,
    }),
  }
}
