import { useState } from 'react'

import { moved, without } from '../values'

export interface LineKeys {
  /** One key for each element, which stays with it when it moves. */
  keys: readonly number[]
  removed: (index: number) => void
  movedTo: (from: number, to: number) => void
}

let lastKey = 0

function freshKeys(count: number): number[] {
  return Array.from({ length: count }, () => ++lastKey)
}

/** Keys for the elements of a list, which have no identity of their own. */
export function useLineKeys(count: number): LineKeys {
  const [keys, setKeys] = useState<readonly number[]>(() => freshKeys(count))
  const fitting = keys.length === count ? keys : [...keys.slice(0, count), ...freshKeys(Math.max(0, count - keys.length))]
  // The list was changed from outside: keys beyond its end are dropped, missing ones made.
  if (fitting !== keys) setKeys(fitting)
  return {
    keys: fitting,
    removed: (index) => setKeys(without(fitting, index)),
    movedTo: (from, to) => setKeys(moved(fitting, from, to)),
  }
}
