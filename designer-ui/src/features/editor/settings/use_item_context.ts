import { useEffect, useMemo, useState } from 'react'

import { core } from '@/core'
import { Latest, STALE } from '@/core/latest'

import { type ExpressionContext, visibleContext, withItem } from '../expression/context'
import { isTemplate } from '../expression/template'
import type { Field } from './fields'
import type { Scope } from './visibility'

/** The parameters that name the list whose items a `per_item` field is computed for. */
const LISTS = new Set(['list', 'source'])

/** The context of a field that is computed per item: with the items of the list its node works on. */
export function useItemContext(field: Field, context: ExpressionContext, scopes: readonly Scope[]): ExpressionContext {
  const list = field.perItem ? listOf(scopes) : undefined
  const [items, setItems] = useState<readonly unknown[] | null>(null)
  const [latest] = useState(() => new Latest())

  useEffect(() => {
    if (list === undefined) return
    void latest.run(() => itemsOf(list, context)).then((found) => {
      if (found !== STALE) setItems(found)
    })
  }, [list, context, latest])

  return useMemo(() => (field.perItem && items && items.length > 0 ? withItem(context, items, 0) : context), [field.perItem, items, context])
}

function listOf(scopes: readonly Scope[]): unknown {
  for (const { values, fields } of scopes) {
    const list = fields.find(({ key }) => LISTS.has(key))
    if (list) return values[list.key] ?? list.schema.default
  }
  return undefined
}

async function itemsOf(list: unknown, context: ExpressionContext): Promise<readonly unknown[] | null> {
  const value = isTemplate(list) ? await valueOf(list, context) : list
  if (value === undefined) return null
  // A node that works on a list takes a single value as a list of one.
  return Array.isArray(value) ? (value as unknown[]) : [value]
}

async function valueOf(template: string, context: ExpressionContext): Promise<unknown> {
  const result = await core.evaluate(template, visibleContext(context)).catch(() => null)
  return result && 'value' in result ? result.value : undefined
}
