import type { Request, SharedValue } from './protocol'

/** More than a designer with several contexts open needs, few enough to keep the worker small. */
const CAPACITY = 64

/**
 * Remembers which large values the worker already has. A value is known by its identity, so what is handed to the core
 * must not be changed in place.
 */
export class SharedValues {
  private readonly keys = new WeakMap<object, number>()
  private readonly known = new Set<number>()
  private nextKey = 1

  /** Takes the values at `paths` out of `args` and tells the worker only those it has not seen. */
  share(args: Record<string, unknown>, paths: string[][]): Pick<Request, 'arguments' | 'shared' | 'learn' | 'forget'> {
    const rest: Record<string, unknown> = { ...args }
    const shared: Request['shared'] = []
    const learn: SharedValue[] = []
    for (const path of paths) {
      const value = take(rest, path)
      if (value === undefined) continue
      const key = this.keyOf(value)
      if (!this.known.delete(key)) learn.push({ key, value })
      // Deleted and added again: the set stays in the order of last use.
      this.known.add(key)
      shared.push({ path, key })
    }
    return { arguments: rest, shared, learn, forget: this.evict(shared.length) }
  }

  /** A new worker knows nothing. */
  reset(): void {
    this.known.clear()
  }

  private keyOf(value: object): number {
    const known = this.keys.get(value)
    if (known !== undefined) return known
    const key = this.nextKey++
    this.keys.set(value, key)
    return key
  }

  /** Forgets what was used longest ago, but none of the `inUse` values of the request itself, which are the newest. */
  private evict(inUse: number): number[] {
    const extra = [...this.known].slice(0, Math.max(0, this.known.size - Math.max(CAPACITY, inUse)))
    for (const key of extra) this.known.delete(key)
    return extra
  }
}

/** Puts null in the place of the object at `path`, copying the objects on the way; leaves anything but objects alone. */
function take(from: Record<string, unknown>, path: string[]): object | undefined {
  const [first, ...rest] = path
  if (first === undefined) return undefined
  const value = from[first]
  if (typeof value !== 'object' || value === null) return undefined
  if (rest.length > 0) {
    const copy = { ...(value as Record<string, unknown>) }
    from[first] = copy
    return take(copy, rest)
  }
  from[first] = null
  return value
}
