import { CircleX, Lightbulb } from 'lucide-react'
import type { ReactNode } from 'react'

import type { RunError } from '@/api/types'
import { humaniseCode } from './error_words'
import { copyText } from './values'
import { likelyFix } from './likely_fix'
import { CopyButton } from '@/ui/CopyButton'

export interface ErrorCardProps {
  error: RunError
  /** Buttons: open the step, try again. */
  action?: ReactNode
}

/** What failed, where, why, and what most likely mends it. */
export function ErrorCard({ error, action }: ErrorCardProps) {
  const field = fieldOf(error.pointer)
  return (
    <section aria-label="Error" className="overflow-hidden rounded-lg border border-danger-ink/30">
      <div className="flex gap-3 bg-danger-soft p-3">
        <CircleX aria-hidden className="mt-0.5 size-4 shrink-0 text-danger-ink" />
        <div className="min-w-0 flex-1">
          <p className="font-semibold text-ink">{humaniseCode(error.code)}</p>
          <p className="mt-0.5 break-words whitespace-pre-wrap text-ink">{error.message}</p>
        </div>
        <CopyButton text={copyText(error)} label="Copy error" />
      </div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 px-3 py-2 text-xs">
        {error.node !== null && <Fact name="Step">{error.path ?? error.node}</Fact>}
        {field !== null && <Fact name="Field">{field}</Fact>}
        <Fact name="Kind">{error.kind.replaceAll('_', ' ')}</Fact>
        <Fact name="Code">
          <code>{error.code}</code>
        </Fact>
      </dl>
      <p className="flex gap-2 border-t border-line px-3 py-2">
        <Lightbulb aria-hidden className="mt-0.5 size-4 shrink-0 text-warning-ink" />
        <span>
          <span className="sr-only">Likely fix: </span>
          {likelyFix(error)}
        </span>
      </p>
      {error.details !== null && (
        <details className="border-t border-line">
          <summary className="px-3 py-2 text-xs font-medium text-muted hover:text-ink">Details</summary>
          {/* Scrollable regions must be reachable by keyboard. */}
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <pre tabIndex={0} aria-label="Details of the error" className="max-h-64 overflow-auto bg-sunken px-3 py-2 font-mono text-xs">
            {copyText(error.details).slice(0, 20_000)}
          </pre>
        </details>
      )}
      {action !== undefined && <div className="flex flex-wrap gap-2 border-t border-line px-3 py-2">{action}</div>}
    </section>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 font-mono break-words">{children}</dd>
    </>
  )
}

/** `/nodes/2/params/fields/total` and `/fields/total` are both the setting `fields.total`. */
function fieldOf(pointer: string | null): string | null {
  if (pointer === null || pointer === '') return null
  const parts = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  const params = parts.indexOf('params')
  return parts.slice(parts[0] === 'nodes' && params >= 0 ? params + 1 : 0).join('.')
}
