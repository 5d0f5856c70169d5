import type { Document } from '@/api/types'

/** A file that is no workflow, in words for the person who chose it. */
export class NotADocument extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'NotADocument'
  }
}

/** Larger files are no workflows that anybody drew. */
const LARGEST_BYTES = 5 * 1024 * 1024

/** Reads a workflow that was exported. The server checks the document itself; this only finds what is plainly another file. */
export async function readDocument(file: File): Promise<Document> {
  if (file.size > LARGEST_BYTES) throw new NotADocument(`${file.name} is larger than 5 MB.`)
  const value = parse(await file.text(), file.name)
  if (!isDocumentLike(value)) throw new NotADocument(`${file.name} has no "weft" version and name at its top, so it is no exported workflow.`)
  return value
}

/** Hands the document to the browser as a file. */
export function downloadDocument(document: Document, name: string): void {
  const blob = new Blob([`${JSON.stringify(document, null, 2)}\n`], { type: 'application/json' })
  const url = URL.createObjectURL(blob)
  const link = window.document.createElement('a')
  link.href = url
  link.download = `${fileName(name)}.json`
  link.click()
  URL.revokeObjectURL(url)
}

/** A name every file system takes. */
export function fileName(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return slug === '' ? 'workflow' : slug
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new NotADocument(`${name} is not JSON.`)
  }
}

function isDocumentLike(value: unknown): value is Document {
  if (typeof value !== 'object' || value === null) return false
  const document = value as Record<string, unknown>
  return typeof document.weft === 'number' && typeof document.name === 'string'
}
