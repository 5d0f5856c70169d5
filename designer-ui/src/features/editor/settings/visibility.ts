import type { Field } from './fields'
import { sameJson, type Values } from './values'

/** Values and the fields they belong to; an element of a list is looked at before the form around it. */
export interface Scope {
  values: Values
  fields: readonly Field[]
}

/** Whether the condition of a field holds. What an expression decides is not known yet, so it hides nothing. */
export function isVisible(field: Field, scopes: readonly Scope[]): boolean {
  const condition = field.showIf
  if (!condition) return true
  for (const { values, fields } of scopes) {
    const controller = fields.find(({ key }) => key === condition.field)
    if (!controller) continue
    const value = values[condition.field] ?? controller.schema.default
    if (typeof value === 'string' && value.includes('{{')) return true
    return sameJson(value, condition.equals)
  }
  return true
}
