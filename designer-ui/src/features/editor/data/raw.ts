/** More lines than browsers can give a height to are left to the clipboard. */
const MOST_LINES = 500_000

/** No screen shows more of one line. */
const MOST_OF_A_LINE = 2_000

export interface RawText {
  lines: string[]
  /** How many lines are not shown. */
  left: number
}

/** Indented JSON in lines that can be shown one by one. */
export function rawText(value: unknown): RawText {
  if (value === undefined) return { lines: [], left: 0 }
  const lines = JSON.stringify(value, null, 2).split('\n')
  return { lines: lines.slice(0, MOST_LINES), left: Math.max(0, lines.length - MOST_LINES) }
}

export function shownLine(line: string): string {
  return line.length > MOST_OF_A_LINE ? `${line.slice(0, MOST_OF_A_LINE)}… ${(line.length - MOST_OF_A_LINE).toLocaleString('en')} more characters` : line
}
