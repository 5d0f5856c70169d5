import type { Problem } from '@/api/types'

/** A problem with the way from a field of the form to what it is about. */
export interface Located {
  path: string[]
  problem: Problem
}

export interface NodeProblems {
  /** About parameters; paths start with the name of the parameter. */
  params: Located[]
  /** About what the General tab edits; paths start with the name of the field. */
  general: Located[]
  /** About the credential it needs. */
  credential: Problem[]
  /** About the node as a whole. */
  node: Problem[]
}

const GENERAL = new Set(['id', 'name', 'timeout_ms', 'retry', 'on_error', 'after_crash', 'pinned', 'mask', 'disabled'])

/** Sorts the problems of one node by the part of the form that mends them. */
export function locate(problems: readonly Problem[], nodeId: string): NodeProblems {
  const found: NodeProblems = { params: [], general: [], credential: [], node: [] }
  for (const problem of problems) {
    if (problem.node !== null && problem.node !== nodeId) continue
    const [part, ...rest] = nodePath(problem.pointer)
    if (part === 'params' && rest.length > 0) found.params.push({ path: rest, problem })
    else if (part === 'credential') found.credential.push(problem)
    else if (part !== undefined && GENERAL.has(part)) found.general.push({ path: [part, ...rest], problem })
    else found.node.push(problem)
  }
  return found
}

/** The part of a pointer after `/nodes/<index>`. */
function nodePath(pointer: string): string[] {
  const segments = pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
  return segments[0] === 'nodes' ? segments.slice(2) : segments
}

/** The problems inside one field or element. */
export function within(problems: readonly Located[], key: string | number): Located[] {
  return problems.filter(({ path }) => path[0] === String(key)).map(({ path, problem }) => ({ path: path.slice(1), problem }))
}

/** The problems of exactly this place, for a field whose parts show their own. */
export function here(problems: readonly Located[]): Problem[] {
  return problems.filter(({ path }) => path.length === 0).map(({ problem }) => problem)
}

/** All problems of this place and what is in it. */
export function all(problems: readonly Located[]): Problem[] {
  return problems.map(({ problem }) => problem)
}

/** The problems no visible field would show. */
export function unclaimed(problems: readonly Located[], keys: ReadonlySet<string>): Problem[] {
  return all(problems.filter(({ path }) => !keys.has(path[0] ?? '')))
}
