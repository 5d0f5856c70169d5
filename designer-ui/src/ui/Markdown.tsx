import DOMPurify from 'dompurify'
import { Marked } from 'marked'
import { useLayoutEffect, useRef } from 'react'

const LOOK = [
  'text-sm leading-5 break-words text-ink [&>:first-child]:mt-0',
  '[&_h1]:mt-4 [&_h1]:mb-1 [&_h1]:text-base [&_h1]:font-semibold [&_h2]:mt-4 [&_h2]:mb-1 [&_h2]:text-base [&_h2]:font-semibold',
  '[&_h3]:mt-3 [&_h3]:mb-1 [&_h3]:font-semibold [&_p]:my-2 [&_ul]:my-2 [&_ul]:list-disc [&_ul]:pl-5 [&_ol]:my-2 [&_ol]:list-decimal [&_ol]:pl-5',
  '[&_li]:my-1 [&_a]:text-accent-ink [&_a]:underline [&_a]:underline-offset-2 [&_strong]:font-semibold',
  '[&_code]:rounded-sm [&_code]:bg-sunken [&_code]:px-1 [&_code]:py-0.5 [&_code]:font-mono [&_code]:text-xs',
  '[&_pre]:my-2 [&_pre]:overflow-x-auto [&_pre]:rounded-md [&_pre]:bg-sunken [&_pre]:p-3 [&_pre_code]:bg-transparent [&_pre_code]:p-0',
  '[&_table]:my-2 [&_table]:w-full [&_th]:border-b [&_th]:py-1 [&_th]:pr-3 [&_th]:text-left [&_th]:font-medium [&_td]:border-b [&_td]:py-1 [&_td]:pr-3 [&_td]:align-top',
  '[&_blockquote]:my-2 [&_blockquote]:border-l-2 [&_blockquote]:border-line-strong [&_blockquote]:pl-3 [&_blockquote]:text-muted',
].join(' ')

/** Markdown of a node type or a note. It comes from other people: nothing in it runs, loads or styles the page. */
export default function Markdown({ text }: { text: string }) {
  const box = useRef<HTMLDivElement>(null)
  // The page takes no HTML as text (trusted types): what was cleaned is put in as elements.
  useLayoutEffect(() => box.current?.replaceChildren(safeFragment(text)), [text])
  return <div ref={box} className={LOOK} />
}

/** Raw HTML is shown as the text it is: it has no use in help and notes. */
const marked = new Marked({ renderer: { html: ({ text }) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;') } })

export function safeFragment(text: string): DocumentFragment {
  const html = marked.parse(text, { async: false, gfm: true })
  const fragment = DOMPurify.sanitize(html, {
    USE_PROFILES: { html: true },
    FORBID_TAGS: ['style', 'form', 'input', 'button', 'textarea', 'select', 'img', 'audio', 'video', 'picture', 'source'],
    FORBID_ATTR: ['style', 'class', 'id', 'name'],
    RETURN_DOM_FRAGMENT: true,
  })
  for (const link of fragment.querySelectorAll('a')) {
    link.target = '_blank'
    link.rel = 'noreferrer noopener'
  }
  return fragment
}
