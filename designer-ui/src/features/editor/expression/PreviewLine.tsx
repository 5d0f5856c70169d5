import { CircleAlert, CirclePlay, CornerDownRight, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'

import { classNames } from '@/ui/class_names'

import { kindOf, summary } from '../data/values'
import { KIND_COLOURS } from '../data/value_colours'
import type { ExpressionContext } from './context'
import { isLackOfData } from './lack_of_data'
import type { Preview } from './use_evaluation'

const LACK_OF_DATA = 'There is no data for this yet: run the workflow once to see the result.'

export interface PreviewLineProps {
  preview: Preview
  isCurrent: boolean
  context: ExpressionContext
}

/** The result of an expression in one line, or why there is none. */
export function PreviewLine({ preview, isCurrent, context }: PreviewLineProps) {
  switch (preview.kind) {
    case 'nothing':
      return <Line icon={<CornerDownRight />}>The result appears here as you type.</Line>
    case 'failed':
      return (
        <Line icon={<TriangleAlert />} tone="text-warning-ink">
          No preview. {preview.message}
        </Line>
      )
    case 'problem':
      if (isLackOfData(preview.problem, context)) return <Line icon={<CirclePlay />}>{LACK_OF_DATA}</Line>
      return (
        <Line icon={<CircleAlert />} tone="text-danger-ink" isDim={!isCurrent}>
          {preview.problem.message}
        </Line>
      )
    case 'value': {
      const kind = kindOf(preview.value)
      return (
        <Line icon={<CornerDownRight />} isDim={!isCurrent}>
          <span className={classNames('font-mono break-words', KIND_COLOURS[kind])}>{summary(preview.value, 400)}</span>
          {kind !== 'missing' && kind !== 'null' && <span className="ml-2 text-faint">{kind}</span>}
        </Line>
      )
    }
  }
}

interface LineProps {
  icon: ReactNode
  children: ReactNode
  tone?: string
  isDim?: boolean
}

function Line({ icon, children, tone = 'text-muted', isDim = false }: LineProps) {
  return (
    <p className={classNames('flex min-w-0 flex-1 gap-1.5 leading-5 [&>svg]:mt-1 [&>svg]:size-3 [&>svg]:shrink-0', tone, isDim && 'opacity-60 transition-opacity delay-200')}>
      <span aria-hidden className="contents [&>svg]:mt-1 [&>svg]:size-3 [&>svg]:shrink-0">
        {icon}
      </span>
      <span className="min-w-0">{children}</span>
    </p>
  )
}
