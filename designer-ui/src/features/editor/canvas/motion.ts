/** How long the view takes to move; no time at all for people who asked for less motion. */
export function moveMs(): number {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 150
}
