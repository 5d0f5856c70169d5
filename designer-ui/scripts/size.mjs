// Holds the built designer to its budget of bytes over the wire. Run after `npm run build`.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const ASSETS = new URL('../dist/assets/', import.meta.url).pathname
const KIB = 1024

const files = readdirSync(ASSETS)
const named = (name) => files.filter((file) => file.startsWith(`${name}-`) && file.endsWith('.js'))
const gzipped = (file) => gzipSync(readFileSync(join(ASSETS, file)), { level: 9 }).length

/** A chunk and all it imports at once; what it imports on demand is left out. */
function withImports(start) {
  const found = new Set()
  const visit = (file) => {
    if (found.has(file)) return
    found.add(file)
    const text = readFileSync(join(ASSETS, file), 'utf8')
    for (const [, imported] of text.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) visit(imported)
  }
  start.forEach(visit)
  return found
}

const html = readFileSync(new URL('../dist/index.html', import.meta.url), 'utf8')
const entry = [...html.matchAll(/assets\/([^"']+\.js)/g)].map(([, file]) => file)
const styles = files.filter((file) => file.endsWith('.css') && html.includes(file))

const first = withImports([...entry, ...named('WorkflowsPage'), ...named('SignInPage')])
const codemirror = named('codemirror')
const languages = named('languages')
const editor = [...withImports(named('EditorPage'))].filter((file) => !first.has(file))

const sum = (list) => [...list].reduce((total, file) => total + gzipped(file), 0)
const budgets = [
  ['first load', sum(first) + sum(styles), 210],
  ['editor, beyond the first load', sum(editor) + sum(files.filter((file) => file.startsWith('EditorPage-') && file.endsWith('.css'))), 150],
  ['expression editor', sum(codemirror), 130],
  ['languages of the code editor', sum(languages), 50],
]

let isOver = false
for (const [name, bytes, limit] of budgets) {
  const kib = bytes / KIB
  isOver ||= kib > limit
  process.stdout.write(`${kib > limit ? 'OVER ' : 'ok   '} ${name}: ${kib.toFixed(1)} of ${limit} KiB gzip\n`)
}
process.exitCode = isOver ? 1 : 0
