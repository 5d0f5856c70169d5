import type { LogLine } from '@/api/types'
import { classNames } from '@/ui/class_names'

import { copyText, isObject, summary } from './values'

const LEVELS: Record<LogLine['level'], string> = {
  trace: 'text-faint',
  debug: 'text-muted',
  info: 'text-status-running',
  warn: 'text-warning-ink',
  error: 'text-danger-ink',
}

/** More lines than this are not drawn at once; the last ones matter most. */
const MOST = 1_000

/** What a step wrote to its log. */
export function LogList({ logs }: { logs: readonly LogLine[] }) {
  const left = Math.max(0, logs.length - MOST)
  return (
    <div className="h-full overflow-auto">
      {left > 0 && <p className="px-3 py-2 text-xs text-muted">{left.toLocaleString('en')} earlier lines are not shown.</p>}
      <ol className="divide-y divide-line">
        {logs.slice(left).map((line, at) => (
          <li key={left + at} className="flex items-baseline gap-2 px-3 py-1 text-xs">
            <time dateTime={new Date(line.at_ms).toISOString()} className="tabular shrink-0 font-mono text-faint">
              {clockTime(line.at_ms)}
            </time>
            <span className={classNames('w-10 shrink-0 font-medium', LEVELS[line.level])}>{line.level}</span>
            <div className="min-w-0 flex-1">
              <span className="break-words whitespace-pre-wrap">{line.message}</span>
              {isObject(line.fields) && Object.keys(line.fields).length > 0 && (
                <details className="mt-0.5">
                  <summary className="font-mono text-muted">{summary(line.fields)}</summary>
                  <pre className="mt-1 overflow-auto rounded-md bg-sunken p-2 font-mono">{copyText(line.fields)}</pre>
                </details>
              )}
            </div>
          </li>
        ))}
      </ol>
    </div>
  )
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hour12: false })

function clockTime(atMs: number): string {
  return CLOCK.format(atMs)
}
