import { useEffect, useState } from 'react'

import { core } from '@/core'
import { CoreError } from '@/core/errors'
import { Latest, STALE } from '@/core/latest'
import type { ExpressionProblem } from '@/core/protocol'

import { type ExpressionContext, visibleContext } from './context'
import { isBlankTemplate } from './template'

/** How long typing must pause. With the evaluation itself it stays under the 100 ms after which a preview feels late. */
const PAUSE_MS = 50

/** How much longer before a problem is told: half-typed expressions are always wrong. */
const PROBLEM_PAUSE_MS = 350

export type Preview =
  | { kind: 'nothing' }
  | { kind: 'value'; value: unknown }
  | { kind: 'problem'; problem: ExpressionProblem }
  /** The engine could not say. */
  | { kind: 'failed'; message: string }

interface Known {
  template: string
  context: ExpressionContext
  preview: Preview
}

const NOTHING: Preview = { kind: 'nothing' }

/** What a template gives in a context. While a newer text is being evaluated, what was known before is still shown. */
export function useEvaluation(template: string, context: ExpressionContext): { preview: Preview; isCurrent: boolean } {
  const [known, setKnown] = useState<Known | null>(null)
  const [latest] = useState(() => new Latest())
  const isBlank = isBlankTemplate(template)

  useEffect(() => {
    if (isBlank) {
      latest.cancel()
      return undefined
    }
    const show = (preview: Preview) => setKnown({ template, context, preview })
    let timer = setTimeout(() => {
      void latest
        .run(() => evaluate(template, context))
        .then((preview) => {
          if (preview === STALE) return
          if (preview.kind === 'problem') timer = setTimeout(() => show(preview), PROBLEM_PAUSE_MS)
          else show(preview)
        })
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      latest.cancel()
    }
  }, [template, context, isBlank, latest])

  if (isBlank || !known) return { preview: NOTHING, isCurrent: isBlank }
  return { preview: known.preview, isCurrent: known.template === template && known.context === context }
}

async function evaluate(template: string, context: ExpressionContext): Promise<Preview> {
  try {
    const result = await core.evaluate(template, visibleContext(context))
    return 'value' in result ? { kind: 'value', value: result.value } : { kind: 'problem', problem: result.problem }
  } catch (error) {
    if (error instanceof CoreError) return { kind: 'failed', message: error.message }
    throw error
  }
}
