import { type Extension } from '@codemirror/state'
import { hoverTooltip } from '@codemirror/view'

import type { Evaluation } from '@/core/protocol'

import { regions } from '../template'

/** Evaluates a template and gives its value as a short line. */
export interface Look {
  evaluate: (template: string) => Promise<Evaluation>
  show: (value: unknown) => string
}

/** Shows the value of the path under the pointer. */
export function hoverValue({ evaluate, show }: Look): Extension {
  return hoverTooltip(async (view, offset) => {
    const path = pathAt(view.state.doc.toString(), offset)
    if (!path) return null
    const result = await evaluate(`{{ ${path.text} }}`).catch(() => null)
    if (!result || !('value' in result)) return null
    return {
      pos: path.start,
      end: path.end,
      above: true,
      create: () => {
        const dom = document.createElement('div')
        dom.textContent = show(result.value)
        return { dom }
      },
    }
  })
}

const STEP = /\??\.\s*[A-Za-z_$][\w$]*|\[(?:\d+|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\]/y
const NAME = /[A-Za-z_$][\w$]*/g

export interface PathRange {
  text: string
  start: number
  end: number
}

/** The path that ends with the word at `offset`: over `body` in `steps.a.body.id` it is `steps.a.body`. */
export function pathAt(template: string, offset: number): PathRange | null {
  return findPath(template, offset, offset)
}

/** All of the path that `offset` is in. */
export function wholePathAt(template: string, offset: number): PathRange | null {
  return findPath(template, offset, template.length)
}

function findPath(template: string, offset: number, reach: number): PathRange | null {
  const region = regions(template).find(({ kind, start, end }) => kind === 'expression' && offset > start + 1 && offset < end - 1)
  if (!region) return null
  const code = template.slice(0, region.end)
  for (const root of code.matchAll(NAME)) {
    const start = root.index
    if (start > offset) break
    // A name after a dot belongs to something that is not a plain path, such as the result of a call.
    if (start < region.start + 2 || /[.\w$]\s*$/.test(code.slice(region.start + 2, start))) continue
    const end = endOfPath(code, start + root[0].length, reach)
    if (offset <= end) return { text: code.slice(start, end), start, end }
  }
  return null
}

/** Goes on from step to step until the path reaches `reach`, or as far as it is one. */
function endOfPath(code: string, from: number, reach: number): number {
  let end = from
  while (end < reach) {
    STEP.lastIndex = end
    if (!STEP.test(code)) break
    end = STEP.lastIndex
  }
  return end
}
