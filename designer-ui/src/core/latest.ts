/** What a task resolves to when a newer one was started before it ended. */
export const STALE: unique symbol = Symbol('stale')

/** Lets only the newest of several overlapping tasks give a result: what a preview needs while someone types. */
export class Latest {
  private round = 0

  async run<T>(task: () => Promise<T>): Promise<T | typeof STALE> {
    const round = ++this.round
    try {
      const result = await task()
      return round === this.round ? result : STALE
    } catch (error) {
      if (round !== this.round) return STALE
      throw error
    }
  }

  /** Makes whatever still runs stale. */
  cancel(): void {
    this.round++
  }
}
