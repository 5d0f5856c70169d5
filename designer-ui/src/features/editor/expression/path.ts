export type Segment = string | number

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/

/** One more step down: `steps.order_in` and `first name` make `steps.order_in["first name"]`. */
export function appendSegment(path: string, segment: Segment): string {
  if (typeof segment === 'number') return `${path}[${segment}]`
  if (!IDENTIFIER.test(segment)) return `${path}[${JSON.stringify(segment)}]`
  return path === '' ? segment : `${path}.${segment}`
}

/** A path as an expression writes it. */
export function pathText(root: string, segments: readonly Segment[]): string {
  return segments.reduce<string>(appendSegment, root)
}
