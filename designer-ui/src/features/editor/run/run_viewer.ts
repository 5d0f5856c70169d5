/** Lays runs over the drawing and keeps them live. */

import { asProblem } from '@/api/problem'
import { hasEnded, type RunFollower } from '@/api/runs'
import type { Run, Step } from '@/api/types'

import type { EditorStore } from '../store/editor_store'
import { overlayOf, withRun, withStep } from './overlay'

/** A loop of a thousand items sends thousands of events; the page draws them a few times a second. */
const DRAW_EVERY_MS = 80
/** How many runs the editor remembers. */
const MOST_RUNS = 50

export interface RunSource {
  follow: (id: string, follower: RunFollower) => () => void
  steps: (id: string) => Promise<Step[]>
  onProblem: (title: string, detail: string) => void
}

export interface RunViewer {
  /** Shows a run and follows it while it is live. */
  show: (run: Run) => void
  /** Takes the run off the drawing. */
  clear: () => void
  /** News of any run of the workflow. One that starts is shown, unless another live one is being watched. */
  hear: (runs: readonly Run[]) => void
  stop: () => void
}

export function createRunViewer(store: EditorStore, source: RunSource): RunViewer {
  let unfollow: () => void = () => undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let pending: Step[] = []

  const draw = (): void => {
    clearTimeout(timer)
    timer = undefined
    const steps = pending
    pending = []
    const { overlay } = store.getState()
    if (overlay !== null && steps.length > 0) store.setState({ overlay: steps.reduce(withStep, overlay) })
  }

  const leave = (): void => {
    unfollow()
    unfollow = () => undefined
    clearTimeout(timer)
    timer = undefined
    pending = []
  }

  const isShown = (id: string): boolean => store.getState().overlay?.run.id === id

  /** The stored steps know more than the events: their logs. */
  const load = async (run: Run): Promise<void> => {
    try {
      const steps = await source.steps(run.id)
      if (isShown(run.id)) store.setState({ overlay: overlayOf(store.getState().overlay?.run ?? run, steps) })
    } catch (error) {
      source.onProblem('The steps of the run could not be read', asProblem(error).message)
    }
  }

  const show = (run: Run): void => {
    leave()
    store.setState({ overlay: overlayOf(run), stepPath: null })
    if (hasEnded(run.status)) {
      void load(run)
      return
    }
    unfollow = source.follow(run.id, {
      onStep: (step) => {
        pending.push(step)
        timer ??= setTimeout(draw, DRAW_EVERY_MS)
      },
      onRun: (next) => {
        draw()
        const { overlay } = store.getState()
        if (overlay?.run.id !== next.id) return
        store.setState({ overlay: withRun(overlay, next), runs: merged(store.getState().runs, [next]) })
        if (hasEnded(next.status)) void load(next)
      },
      onProblem: (problem) => source.onProblem('The run cannot be followed', problem.message),
    })
  }

  return {
    show,
    clear: () => {
      leave()
      store.setState({ overlay: null, stepPath: null })
    },
    hear: (news) => {
      const { runs, overlay } = store.getState()
      const known = new Set(runs.map((run) => run.id))
      store.setState({ runs: merged(runs, news) })
      if (overlay !== null && !hasEnded(overlay.run.status)) return
      const started = news.filter((run) => !known.has(run.id)).sort((a, b) => b.created_at_ms - a.created_at_ms)[0]
      if (started !== undefined) show(started)
    },
    stop: leave,
  }
}

/** Runs with later news in the place of earlier, newest first. */
export function merged(runs: readonly Run[], news: readonly Run[]): Run[] {
  const byId = new Map(runs.map((run) => [run.id, run]))
  for (const run of news) {
    const before = byId.get(run.id)
    // Streams overtake each other: what has ended stays ended.
    if (before === undefined || !hasEnded(before.status) || hasEnded(run.status)) byId.set(run.id, run)
  }
  return [...byId.values()].sort((a, b) => b.created_at_ms - a.created_at_ms).slice(0, MOST_RUNS)
}
