import { lazy, Suspense } from 'react'

import { Skeleton } from '@/ui/Skeleton'

import { type Field, type FormWidget, mainType } from '../fields'
import type { WidgetProps } from '../widget_props'
import { CronWidget } from './CronWidget'
import { DurationWidget } from './DurationWidget'
import { DynamicObjectWidget } from './DynamicObjectWidget'
import { DynamicSelectWidget } from './DynamicSelectWidget'
import { KeyValueWidget } from './KeyValueWidget'
import { ListWidget } from './ListWidget'
import { MarkdownWidget } from './MarkdownWidget'
import { NumberWidget } from './NumberWidget'
import { SelectWidget } from './SelectWidget'
import { TextareaWidget, TextWidget } from './TextWidget'
import { TimezoneWidget } from './TimezoneWidget'
import { ToggleWidget } from './ToggleWidget'
import { WorkflowWidget } from './WorkflowWidget'

const CodeWidget = lazy(() => import('./CodeWidget'))
const JsonWidget = lazy(() => import('./JsonWidget'))

/** The widget for a fixed value: where any value may stand, what is no text needs a field for JSON. */
export function shownWidget(field: Field, value: unknown): FormWidget {
  const isAny = (field.widget === 'text' || field.widget === 'textarea') && mainType(field.schema) === undefined
  return isAny && value !== undefined && typeof value !== 'string' ? 'json' : field.widget
}

/** Widgets made of several inputs that have names of their own. */
export function isGroup(widget: FormWidget): boolean {
  return widget === 'list' || widget === 'key_value' || widget === 'dynamic_object'
}

export interface FixedWidgetProps extends WidgetProps {
  widget: FormWidget
  isBare: boolean
}

/** The input for a fixed value. */
export function FixedWidget({ widget, isBare, ...given }: FixedWidgetProps) {
  const props = isBare ? { ...given, ariaLabel: given.field.title } : given
  switch (widget) {
    case 'text':
      return <TextWidget {...props} />
    case 'textarea':
      return <TextareaWidget {...props} />
    case 'number':
      return <NumberWidget {...props} />
    case 'toggle':
      return <ToggleWidget {...props} />
    case 'select':
      return <SelectWidget {...props} />
    case 'dynamic_select':
      return <DynamicSelectWidget {...props} />
    case 'dynamic_object':
      return <DynamicObjectWidget {...props} />
    case 'list':
      return <ListWidget {...props} />
    case 'key_value':
      return <KeyValueWidget {...props} />
    case 'cron':
      return <CronWidget {...props} />
    case 'timezone':
      return <TimezoneWidget {...props} />
    case 'duration':
      return <DurationWidget {...props} />
    case 'workflow':
      return <WorkflowWidget {...props} />
    case 'markdown':
      return <MarkdownWidget {...props} />
    case 'code':
      return (
        <Suspense fallback={<Skeleton className="h-64 w-full" />}>
          <CodeWidget {...props} />
        </Suspense>
      )
    case 'json':
      return (
        <Suspense fallback={<Skeleton className="h-24 w-full" />}>
          <JsonWidget {...props} />
        </Suspense>
      )
  }
}
