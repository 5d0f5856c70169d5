// Writes docs/functions.md from the catalogue in engine/core, asked from the compiled core. `just gen` runs it.

import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

export const CORE = join(root, 'designer-ui/src/core/weft_core.wasm')
export const PAGE = join(root, 'docs/functions.md')

/** Asks the compiled core, by the interface that the designer uses too. */
async function ask(request) {
  const { instance } = await WebAssembly.instantiate(readFileSync(CORE), {})
  const { memory, weft_alloc, weft_call } = instance.exports
  const bytes = new TextEncoder().encode(JSON.stringify(request))
  const pointer = weft_alloc(bytes.length)
  new Uint8Array(memory.buffer, pointer, bytes.length).set(bytes)
  const answer = BigInt.asUintN(64, weft_call(pointer, bytes.length))
  const text = new Uint8Array(memory.buffer, Number(answer >> 32n), Number(answer & 0xffffffffn))
  return JSON.parse(new TextDecoder().decode(text)).ok
}

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

function row({ signature, docs, examples }) {
  const shown = examples.slice(0, 1).map(({ expression, value }) => `\`${expression}\` → \`${JSON.stringify(value)}\``)
  return `| ${cell(`\`${signature}\``)} | ${cell(docs)} | ${cell(shown.join(''))} |`
}

/** The page as it should be. */
export async function render() {
  const functions = await ask({ function: 'functions' })
  const groups = [...new Set(functions.map((entry) => entry.group))]
  const sections = groups.map((group) => {
    const rows = functions.filter((entry) => entry.group === group).map(row)
    const title = group[0].toUpperCase() + group.slice(1)
    return `## ${title}\n\n| function | what it gives | example |\n|---|---|---|\n${rows.join('\n')}\n`
  })
  return `# Functions\n\nThis page is generated from the engine (\`just gen\`). The editor shows the same while you type.\n\n${sections.join('\n')}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, await render())
