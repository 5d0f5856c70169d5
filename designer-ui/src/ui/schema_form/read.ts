/** What a filled-in form comes to, or what is wrong with it. */

import type { FormField, FormKind, FormSchema, Raw, RawForm } from '@/ui/schema_form/schema'

export type Reading = { ok: true; data: Record<string, unknown> } | { ok: false; problems: Record<string, string> }

type FieldReading = { value: unknown } | { problem: string }

/** Fields that were left empty are not part of the data. */
export function readForm(fields: readonly FormField[], raw: RawForm): Reading {
  const data: Record<string, unknown> = {}
  const problems: Record<string, string> = {}
  for (const field of fields) {
    const reading = readField(field, raw[field.key] ?? '')
    if ('problem' in reading) problems[field.key] = reading.problem
    else if (reading.value !== undefined) data[field.key] = reading.value
  }
  return Object.keys(problems).length > 0 ? { ok: false, problems } : { ok: true, data }
}

function readField({ kind, required, schema }: FormField, raw: Raw): FieldReading {
  if (typeof raw === 'boolean') return required || raw || schema.default !== undefined ? { value: raw } : { value: undefined }
  if (typeof raw !== 'string') return readChoices(kind, raw, required, schema)
  if (raw.trim() === '') return required ? { problem: 'This is needed.' } : { value: undefined }
  switch (kind.kind) {
    case 'choice':
      return { value: kind.choices[Number(raw)]?.value }
    case 'number':
      return readNumber(raw, kind.isWhole, schema)
    case 'lines':
      return within(raw.split('\n').map((line) => line.trim()).filter((line) => line !== ''), schema)
    case 'json':
      return readJson(raw)
    case 'text':
    case 'long_text':
      return readText(raw, schema)
    case 'yes_no':
    case 'choices':
      return { value: undefined }
  }
}

function readChoices(kind: FormKind, places: readonly number[], required: boolean, schema: FormSchema): FieldReading {
  if (kind.kind !== 'choices') return { value: undefined }
  if (places.length === 0 && !required && schema.minItems === undefined) return { value: undefined }
  return within([...places].sort((a, b) => a - b).map((place) => kind.choices[place]?.value), schema)
}

function within(list: unknown[], { minItems = 0, maxItems = Infinity }: FormSchema): FieldReading {
  if (list.length < minItems) return { problem: `At least ${minItems}, please.` }
  return list.length > maxItems ? { problem: `At most ${maxItems}, please.` } : { value: list }
}

function readNumber(raw: string, isWhole: boolean, { minimum = -Infinity, maximum = Infinity }: FormSchema): FieldReading {
  const value = Number(raw.trim())
  if (!Number.isFinite(value)) return { problem: 'This is not a number.' }
  if (isWhole && !Number.isInteger(value)) return { problem: 'A whole number, please.' }
  if (value < minimum) return { problem: `Not less than ${minimum}.` }
  return value > maximum ? { problem: `Not more than ${maximum}.` } : { value }
}

function readText(raw: string, { minLength = 0, maxLength = Infinity, pattern }: FormSchema): FieldReading {
  const { length } = Array.from(raw)
  if (length < minLength) return { problem: `At least ${minLength} characters, please.` }
  if (length > maxLength) return { problem: `At most ${maxLength} characters, please.` }
  return pattern !== undefined && !matches(pattern, raw) ? { problem: 'This does not have the form that is asked for.' } : { value: raw }
}

/** A pattern this browser cannot read is left to the server. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text)
  } catch {
    return true
  }
}

function readJson(raw: string): FieldReading {
  try {
    return { value: JSON.parse(raw) as unknown }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : 'This is not JSON.' }
  }
}
