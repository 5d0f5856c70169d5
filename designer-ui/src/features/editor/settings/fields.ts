import type { Json, JsonSchema, JsonSchemaType, UiHints, Widget } from '@/api/types'

/** The widgets that schemas name, and those for what plugins are asked about. */
export type FormWidget = Widget | 'dynamic_select' | 'dynamic_object'

/** One input of a form, as the schema describes it. */
export interface Field {
  key: string
  title: string
  description: string | undefined
  widget: FormWidget
  required: boolean
  advanced: boolean
  /** Whether `{{ … }}` may stand in its place. */
  takesExpression: boolean
  /** Whether the expression is computed for each item of a list. */
  perItem: boolean
  placeholder: string | undefined
  showIf: UiHints['show_if']
  schema: JsonSchema
}

/** Widgets whose text is itself a language, in which `{{` may mean something else. */
const PLAIN: ReadonlySet<FormWidget> = new Set(['code', 'cron', 'timezone', 'markdown'])

/** The inputs of an object schema, in the order they are shown. */
export function fieldsOf(schema: JsonSchema): Field[] {
  const required = new Set(schema.required)
  return Object.entries(schema.properties ?? {})
    .map(([key, property], declared) => ({ field: fieldOf(key, property, required.has(key)), order: property['x-ui']?.order ?? declared + 1_000 }))
    .sort((a, b) => a.order - b.order)
    .map(({ field }) => field)
}

export function fieldOf(key: string, schema: JsonSchema, required: boolean): Field {
  const hints = schema['x-ui'] ?? {}
  const widget = dynamicWidget(hints) ?? hints.widget ?? widgetFor(schema)
  return {
    key,
    title: schema.title ?? humanise(key),
    description: schema.description,
    widget,
    required,
    advanced: hints.advanced ?? false,
    takesExpression: hints.expression ?? !PLAIN.has(widget),
    perItem: hints.per_item ?? false,
    placeholder: hints.placeholder ?? placeholderFor(schema.default),
    showIf: hints.show_if,
    schema,
  }
}

function dynamicWidget({ options, schema }: UiHints): FormWidget | undefined {
  if (options === 'dynamic') return 'dynamic_select'
  return schema === 'dynamic' ? 'dynamic_object' : undefined
}

function widgetFor(schema: JsonSchema): Widget {
  if (choicesOf(schema).length > 0) return 'select'
  switch (mainType(schema)) {
    case 'boolean':
      return 'toggle'
    case 'number':
    case 'integer':
      return 'number'
    case 'array':
      return 'list'
    case 'object':
      return schema.properties ? 'json' : 'key_value'
    case 'string':
    case 'null':
    case undefined:
      return 'text'
  }
}

/** The type a schema asks for; nothing when any will do. */
export function mainType(schema: JsonSchema): JsonSchemaType | undefined {
  const types = [schema.type ?? []].flat().filter((type) => type !== 'null')
  return types.length === 1 ? types[0] : undefined
}

export interface Choice {
  value: Json
  title: string
  description: string | undefined
}

/** The values a schema allows, when it lists them. */
export function choicesOf(schema: JsonSchema): Choice[] {
  const listed = schema.oneOf?.filter((option) => option.const !== undefined) ?? []
  if (listed.length > 0) {
    return listed.map((option) => ({
      value: option.const ?? null,
      title: option.title ?? titleOf(option.const ?? null),
      description: option.description,
    }))
  }
  return (schema.enum ?? []).map((value) => ({ value, title: titleOf(value), description: undefined }))
}

/** `at_once` reads "At once"; what is not a slug (`GET`, `Europe/Zurich`) reads as it is. */
function titleOf(value: Json): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  return /^[a-z][a-z0-9_]*$/.test(value) ? humanise(value) : value
}

export function humanise(key: string): string {
  const words = key.replaceAll('_', ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** "Cases" → "Case", "Statuses" → "Status"; what is no plural stays. */
export function singular(title: string): string {
  if (title.endsWith('ies')) return `${title.slice(0, -3)}y`
  if (/(?:us|ss|x|ch|sh)es$/.test(title)) return title.slice(0, -2)
  return title.endsWith('s') && !title.endsWith('ss') ? title.slice(0, -1) : title
}

function placeholderFor(value: Json | undefined): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

/** A new element of a list: the defaults its schema states. */
export function emptyItem(schema: JsonSchema | undefined): unknown {
  if (schema?.default !== undefined) return schema.default
  if (!schema?.properties) return mainType(schema ?? {}) === 'object' ? {} : ''
  const defaults = Object.entries(schema.properties).filter(([, property]) => property.default !== undefined)
  return Object.fromEntries(defaults.map(([key, property]) => [key, property.default]))
}
