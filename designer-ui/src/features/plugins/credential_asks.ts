/** What a plugin does with the credentials it asks for, field by field. */

import type { Manifest, ManifestCredential, ManifestField, ManifestInject } from '@/api/plugin_types'

const TYPES: Record<string, string> = {
  api_key: 'API key',
  bearer: 'Bearer token',
  basic: 'User name and password',
  oauth2: 'OAuth 2',
  jwt: 'Key that signs tokens',
  custom: 'Secret',
}

/** The fields of a credential that names none, by its type. */
const FIELDS: Record<string, Record<string, ManifestField>> = {
  api_key: { key: {} },
  bearer: { token: {} },
  basic: { username: { secret: false }, password: {} },
  oauth2: { access_token: {} },
  jwt: { private_key: {} },
  custom: { secret: {} },
}

/** In words: what kind it is, what becomes of each field, and what it may do at the service. */
export function credentialNotes(credential: ManifestCredential, manifest: Manifest): string[] {
  const { slot, type, oauth2, title = '' } = credential
  const own = Object.entries(credential.fields ?? {})
  const fields = own.length > 0 ? own : Object.entries(FIELDS[type] ?? {})
  const kind = TYPES[type] ?? type
  const scopes = oauth2?.scopes ?? []
  return [
    title === '' ? kind : `${kind}, slot ${slot}`,
    ...fields.map(([name, field]) => `${field.title ?? humanise(name)}: ${useOf(name, field, credential, manifest)}`),
    ...(scopes.length > 0 ? [`Scopes: ${scopes.join(', ')}`] : []),
  ]
}

function useOf(name: string, field: ManifestField, { inject = [] }: ManifestCredential, manifest: Manifest): string {
  const { secret = true, uses = ['inject', 'placeholder'] } = field
  const rules = inject.filter((rule) => names(rule, name))
  const ways = [...new Set(rules.map(wayOf))].join(', ')
  const anyHost = inject.length > 0 ? hostsOf(inject) : (manifest.hosts ?? []).map(({ pattern }) => pattern)
  const isPlaced = secret && uses.includes('placeholder')
  const to = [...new Set(isPlaced ? anyHost : hostsOf(rules))].map((host) => (host === '*' ? 'every public host' : host)).join(', ')
  const sent = `sent to ${to} (${ways === '' ? 'where the plugin puts it' : ways})`
  if (!secret) return ways === '' ? 'not secret, the plugin reads it' : `not secret, the plugin reads it; ${sent}`
  const isSent = to !== '' && (isPlaced || uses.includes('inject'))
  const signs = uses.includes('jwt') ? 'signs tokens' : uses.includes('hmac') ? 'signs' : undefined
  if (!isSent) return signs === undefined ? 'is never sent' : `${signs}, is never sent`
  return signs === undefined ? sent : `${sent}; ${signs}`
}

const hostsOf = (rules: ManifestInject[]) => rules.flatMap(({ hosts = [] }) => hosts)

function names(rule: ManifestInject, field: string): boolean {
  return [rule.format, rule.username, rule.password].some((format) => format?.includes(`{${field}}`) === true)
}

function wayOf({ in: place, name = '' }: ManifestInject): string {
  switch (place) {
    case 'header':
      return `header ${name}`
    case 'query':
      return `query parameter ${name}`
    case 'basic':
      return 'basic authentication'
  }
}

function humanise(name: string): string {
  const words = name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
