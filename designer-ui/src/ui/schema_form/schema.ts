/** A small form made from a JSON Schema: what its fields are, what people typed, and what that comes to. */

/** The part of JSON Schema the form knows. */
export interface FormSchema {
  type?: string | string[]
  title?: string
  description?: string
  default?: unknown
  enum?: readonly unknown[]
  const?: unknown
  oneOf?: readonly FormSchema[]
  properties?: Record<string, FormSchema>
  required?: string[]
  items?: FormSchema
  minItems?: number
  maxItems?: number
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  pattern?: string
  format?: string
}

export interface FormChoice {
  value: unknown
  title: string
}

export type FormKind =
  | { kind: 'text'; input: 'text' | 'email' | 'url' | 'date' | 'time' }
  | { kind: 'long_text' }
  | { kind: 'number'; isWhole: boolean }
  | { kind: 'yes_no' }
  | { kind: 'choice'; choices: FormChoice[] }
  | { kind: 'choices'; choices: FormChoice[] }
  | { kind: 'lines' }
  /** Anything else, as JSON. */
  | { kind: 'json' }

export interface FormField {
  key: string
  title: string
  description: string | undefined
  required: boolean
  kind: FormKind
  schema: FormSchema
}

/** What stands in an input: text, the state of a box, or the places of chosen choices. */
export type Raw = string | boolean | readonly number[]
export type RawForm = Readonly<Record<string, Raw>>

const LONG = 200

export function formFields(schema: FormSchema): FormField[] {
  const required = new Set(schema.required)
  return Object.entries(schema.properties ?? {}).map(([key, property]) => ({
    key,
    title: property.title ?? humanise(key),
    description: property.description,
    required: required.has(key),
    kind: kindOf(property),
    schema: property,
  }))
}

function kindOf(schema: FormSchema): FormKind {
  const choices = choicesOf(schema)
  if (choices.length > 0) return { kind: 'choice', choices }
  const types = [schema.type ?? []].flat().filter((type) => type !== 'null')
  switch (types.length === 1 ? String(types[0]) : '') {
    case 'string':
      return (schema.maxLength ?? 0) > LONG ? { kind: 'long_text' } : { kind: 'text', input: inputOf(schema.format) }
    case 'number':
      return { kind: 'number', isWhole: false }
    case 'integer':
      return { kind: 'number', isWhole: true }
    case 'boolean':
      return { kind: 'yes_no' }
    case 'array': {
      const items = choicesOf(schema.items ?? {})
      if (items.length > 0) return { kind: 'choices', choices: items }
      return schema.items?.type === 'string' ? { kind: 'lines' } : { kind: 'json' }
    }
    default:
      return { kind: 'json' }
  }
}

function inputOf(format: string | undefined): 'text' | 'email' | 'url' | 'date' | 'time' {
  switch (format ?? '') {
    case 'email':
      return 'email'
    case 'date':
      return 'date'
    case 'time':
      return 'time'
    case 'uri':
      return 'url'
    default:
      return 'text'
  }
}

function choicesOf(schema: FormSchema): FormChoice[] {
  const listed = (schema.oneOf ?? []).filter((option) => option.const !== undefined)
  if (listed.length > 0) return listed.map((option) => ({ value: option.const, title: option.title ?? titleOf(option.const) }))
  return (schema.enum ?? []).map((value) => ({ value, title: titleOf(value) }))
}

function titleOf(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  return /^[a-z][a-z0-9_]*$/.test(value) ? humanise(value) : value
}

function humanise(key: string): string {
  const words = key.replaceAll('_', ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The form as it opens: with the defaults its schema states. */
export function startOf(fields: readonly FormField[]): RawForm {
  return Object.fromEntries(fields.map((field) => [field.key, written(field)]))
}

function written({ kind, schema: { default: value } }: FormField): Raw {
  switch (kind.kind) {
    case 'yes_no':
      return value === true
    case 'choices':
      return Array.isArray(value) ? value.map((each) => placeOf(kind.choices, each)).filter((place) => place >= 0) : []
    case 'choice': {
      const place = placeOf(kind.choices, value)
      return place < 0 ? '' : String(place)
    }
    case 'lines':
      return Array.isArray(value) ? value.join('\n') : ''
    case 'json':
      return value === undefined ? '' : JSON.stringify(value, null, 2)
    case 'text':
    case 'long_text':
    case 'number':
      return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
}

function placeOf(choices: readonly FormChoice[], value: unknown): number {
  const text = JSON.stringify(value)
  return choices.findIndex((choice) => JSON.stringify(choice.value) === text)
}
