import type { ReactNode } from 'react'

/** The part of Markdown that notes know: headings, lists, bold, italic, code and links. Nothing else becomes markup. */
export function NoteText({ text }: { text: string }) {
  return <div className="flex flex-col gap-1.5 text-sm text-ink">{blocks(text)}</div>
}

function blocks(text: string): ReactNode[] {
  const out: ReactNode[] = []
  let items: string[] = []
  const closeList = () => {
    if (items.length === 0) return
    out.push(
      <ul key={out.length} className="m-0 list-disc pl-4">
        {items.map((item, index) => (
          <li key={index}>{inline(item)}</li>
        ))}
      </ul>,
    )
    items = []
  }
  for (const line of text.split('\n')) {
    const item = /^\s*[-*]\s+(.*)$/.exec(line)?.[1]
    if (item !== undefined) {
      items.push(item)
      continue
    }
    closeList()
    const heading = /^(#{1,3})\s+(.*)$/.exec(line)
    if (heading !== null) {
      const size = heading[1]?.length === 1 ? 'text-base' : 'text-sm'
      out.push(
        <p key={out.length} className={`m-0 font-semibold ${size}`}>
          {inline(heading[2] ?? '')}
        </p>,
      )
    } else if (line.trim() !== '') {
      out.push(
        <p key={out.length} className="m-0">
          {inline(line)}
        </p>,
      )
    }
  }
  closeList()
  return out
}

const INLINE = /\*\*(.+?)\*\*|\*(.+?)\*|`(.+?)`|\[(.+?)\]\((https?:\/\/[^\s)]+)\)/g

function inline(text: string): ReactNode[] {
  const out: ReactNode[] = []
  let from = 0
  for (const match of text.matchAll(INLINE)) {
    if (match.index > from) out.push(text.slice(from, match.index))
    const [all, bold, italic, code, label, href] = match
    const key = match.index
    if (bold !== undefined) out.push(<strong key={key}>{bold}</strong>)
    else if (italic !== undefined) out.push(<em key={key}>{italic}</em>)
    else if (code !== undefined)
      out.push(
        <code key={key} className="rounded-sm bg-pressed px-1 font-mono text-xs">
          {code}
        </code>,
      )
    else
      out.push(
        <a key={key} href={href} target="_blank" rel="noreferrer" className="text-accent-ink underline underline-offset-2">
          {label}
        </a>,
      )
    from = match.index + all.length
  }
  if (from < text.length) out.push(text.slice(from))
  return out
}
