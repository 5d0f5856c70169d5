import { useState } from 'react'
import { CircleCheck, CircleX } from 'lucide-react'

import { duration } from '@/ui/time'

/** What came of a test: whether it works, and what the other side says. */
export interface TestReport {
  works: boolean
  message: string
  took_ms: number
}

export type TestState = { kind: 'untested' | 'testing' } | { kind: 'told'; report: TestReport } | { kind: 'untold'; reason: string }

/** A test that somebody starts with a button. Without an answer the reason is told in its place. */
export function useTest(test: () => Promise<TestReport>): { state: TestState; run: () => void } {
  const [state, setState] = useState<TestState>({ kind: 'untested' })
  const run = () => {
    setState({ kind: 'testing' })
    test().then(
      (report) => setState({ kind: 'told', report }),
      (error: unknown) => setState({ kind: 'untold', reason: error instanceof Error ? error.message : String(error) }),
    )
  }
  return { state, run }
}

/** The answer of a test and how long it took; read out when it comes. */
export function TestResult({ state }: { state: TestState }) {
  return (
    <div role="status" className="text-xs">
      {state.kind === 'testing' && <span className="animate-delayed text-muted">Testing…</span>}
      {state.kind === 'told' && <Told {...state.report} />}
      {state.kind === 'untold' && <Line works={false}>Not tested: {state.reason}</Line>}
    </div>
  )
}

function Told({ works, message, took_ms }: TestReport) {
  return (
    <Line works={works}>
      {works ? (message === '' ? 'Works' : `Works: ${message}`) : message} <span className="tabular font-normal text-muted">({duration(took_ms)})</span>
    </Line>
  )
}

function Line({ works, children }: { works: boolean; children: React.ReactNode }) {
  const Icon = works ? CircleCheck : CircleX
  return (
    <p className={works ? 'flex gap-1 text-success-ink' : 'flex gap-1 text-danger-ink'}>
      <Icon aria-hidden className="mt-0.5 size-3 shrink-0" />
      <span className="min-w-0 break-words">{children}</span>
    </p>
  )
}
