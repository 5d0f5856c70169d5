import { isTemplate } from '../expression/template'
import { choicesOf, type Field, mainType } from './fields'
import { isValues, sameJson } from './values'

/** How a field is filled in: by its widget, by an expression, or by an expression and nothing else. */
export type Mode = 'fixed' | 'expression' | 'only_expression'

/** Whether an empty field opens as an expression: any value may stand there, and its example is an expression. */
export function startsAsExpression(field: Field, value: unknown): boolean {
  return value === undefined && mainType(field.schema) === undefined && isTemplate(field.placeholder)
}

/**
 * What the person chose last, where the value alone does not tell. `typing`: the fixed text has become an expression
 * under their hands, and the field changes when they leave it.
 */
export type Wish = 'fixed' | 'expression' | 'typing' | null

export function modeOf(field: Field, value: unknown, wish: Wish): Mode {
  if (!field.takesExpression || wish === 'typing') return 'fixed'
  if (isOnlyExpression(field) && (value === undefined || typeof value === 'string')) return 'only_expression'
  return isTemplate(value) || wish === 'expression' ? 'expression' : 'fixed'
}

/** A line of text can't be a list or a condition, so such a field is always an expression. */
function isOnlyExpression(field: Field): boolean {
  const isText = field.widget === 'text' || field.widget === 'textarea'
  const type = mainType(field.schema)
  return isText && type !== undefined && type !== 'string'
}

/** The value an expression gave, where it can be the fixed value of the field. */
export function asFixed(field: Field, value: unknown): unknown {
  switch (field.widget) {
    case 'text':
    case 'textarea':
    case 'markdown':
    case 'code':
    case 'cron':
    case 'timezone':
    case 'workflow':
      return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
    case 'number':
    case 'duration':
      return typeof value === 'number' ? value : undefined
    case 'toggle':
      return typeof value === 'boolean' ? value : undefined
    case 'select':
      return choicesOf(field.schema).some((choice) => sameJson(choice.value, value)) ? value : undefined
    case 'list':
      return Array.isArray(value) ? value : undefined
    case 'key_value':
    case 'dynamic_object':
      return isValues(value) ? value : undefined
    case 'dynamic_select':
    case 'json':
      return value
  }
}
