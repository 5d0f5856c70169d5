/** Finding steps by what people call them. */

import type { Category, NodeType } from '@/api/types'

/** Words people use for things that are called otherwise here. Each list belongs to the types its key is found in. */
const SYNONYMS: Readonly<Record<string, string>> = {
  webhook: 'http trigger endpoint url callback receive api incoming request listen',
  schedule: 'cron timer interval every hour day daily weekly clock time recurring',
  manual: 'start button click test trigger',
  if: 'condition branch decision check compare filter true false when else',
  switch: 'cases branch route router match condition',
  merge: 'join combine wait together',
  filter: 'where keep remove items search',
  for_each: 'loop iterate repeat items list each batch',
  while: 'loop repeat until poll pages pagination again',
  break: 'stop leave end loop exit',
  split: 'batch chunk divide pages',
  aggregate: 'group sum count average total join summarise',
  sort: 'order rank by ascending descending',
  limit: 'first last top skip take slice',
  dedupe: 'unique distinct duplicates once seen new',
  call_workflow: 'subworkflow sub workflow execute child function reuse',
  error_trigger: 'catch failure alert on error handler',
  approval: 'human confirm review sign off decision ask person form email',
  on_cancel: 'cleanup clean up abort undo compensate finally',
  wait: 'delay sleep pause until later signal event',
  set: 'edit fields assign transform value variable rename',
  map: 'transform convert reshape fields mapping object',
  code: 'javascript js script function program custom',
  respond: 'reply answer return response webhook',
  fail: 'error stop throw abort raise',
  note: 'comment text sticky remark documentation',
  'http/request': 'api rest fetch call curl get post url webhook send download email sendgrid slack',
}

export interface Match {
  type: NodeType
  score: number
}

/** The types a query finds, best first. An empty query finds all, in their own order. */
export function search(types: readonly NodeType[], query: string): NodeType[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return [...types]
  return types
    .flatMap((type): Match[] => {
      const scores = words.map((word) => scoreOf(type, word))
      return scores.some((score) => score === 0) ? [] : [{ type, score: scores.reduce((sum, score) => sum + score, 0) }]
    })
    .sort((a, b) => b.score - a.score)
    .map((match) => match.type)
}

function scoreOf(type: NodeType, word: string): number {
  return Math.max(
    textScore(type.title, word) * 4,
    textScore(type.id.replaceAll(/[_/]/g, ' '), word) * 3,
    ...type.tags.map((tag) => textScore(tag, word) * 2),
    textScore(SYNONYMS[type.id] ?? '', word) * 2,
    textScore(type.summary, word),
    lettersInOrder(type.title, word) * 0.5,
  )
}

/** 3 for the same word, 2 for a word's beginning, 1 for a part of it. */
function textScore(text: string, word: string): number {
  const lower = text.toLowerCase()
  const words = lower.split(/[^a-z0-9]+/)
  if (words.includes(word)) return 3
  if (words.some((each) => each.startsWith(word))) return 2
  return word.length > 2 && lower.includes(word) ? 1 : 0
}

/** 1 when the letters of the word stand in the text in this order and the first begins a word: "hr" finds "HTTP request". */
function lettersInOrder(text: string, word: string): number {
  const lower = text.toLowerCase()
  let from = lower.startsWith(word.charAt(0)) ? 0 : lower.indexOf(` ${word.charAt(0)}`) + 1
  if (from === 0 && !lower.startsWith(word.charAt(0))) return 0
  for (const letter of word) {
    from = lower.indexOf(letter, from) + 1
    if (from === 0) return 0
  }
  return 1
}

export interface Group {
  title: string
  types: NodeType[]
}

const ORDER: readonly { category: Category; title: string }[] = [
  { category: 'triggers', title: 'Triggers' },
  { category: 'logic', title: 'Logic' },
  { category: 'data', title: 'Data' },
  { category: 'connectors', title: 'Connectors' },
  { category: 'code', title: 'Code' },
  { category: 'ai', title: 'AI' },
  { category: 'people', title: 'People' },
]

/** What the palette shows: recents and categories when nothing is asked, else one list, best first. */
export function groupsFor(types: readonly NodeType[], query: string, recents: readonly string[]): Group[] {
  if (query.trim() !== '') {
    const found = search(types, query)
    return found.length === 0 ? [] : [{ title: 'Results', types: found }]
  }
  const recent = recents.flatMap((id) => types.find((type) => type.id === id) ?? [])
  const groups = ORDER.map(({ category, title }) => ({ title, types: types.filter((type) => type.category === category) }))
  return [{ title: 'Recent', types: recent }, ...groups].filter((group) => group.types.length > 0)
}
