// The documentation against the code: what the code has, the documentation must mention, and its links must lead somewhere.

import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { CORE, PAGE, render } from './functions.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const read = (path) => readFileSync(join(root, path), 'utf8')
const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))

/** Every match's first group in the files under a folder. */
function found(folder, pattern) {
  const files = readdirSync(join(root, folder), { recursive: true }).filter((name) => name.endsWith('.rs'))
  return new Set(files.flatMap((name) => [...read(join(folder, name)).matchAll(pattern)].map((match) => match[1])))
}

test('every page is in the summary', () => {
  const summary = read('docs/SUMMARY.md')
  const missing = pages.filter((page) => page !== 'SUMMARY.md' && !summary.includes(`(${page})`))
  assert.deepEqual(missing, [])
})

test('every relative link leads to a file', () => {
  const broken = [...pages.map((page) => `docs/${page}`), 'README.md'].flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)#:]+)(#[^)]*)?\)/g)]
      .map((match) => match[1])
      .filter((target) => !existsSync(join(root, dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  )
  assert.deepEqual(broken, [])
})

test('every problem code is documented with its status', () => {
  const api = read('docs/http_api.md')
  const codes = [...read('engine/server/src/http/problem.rs').matchAll(/^\s+\w+ = (\d+) "(\w+)"/gm)]
  assert.ok(codes.length > 10, 'the codes are found in problem.rs')
  const missing = codes.filter(([, status, code]) => !api.includes(`| \`${code}\` | ${status} |`))
  assert.deepEqual(missing.map((match) => match[2]), [])
})

test('every built-in node is documented', () => {
  const nodes = read('docs/nodes.md')
  const types = found('engine/server/src/nodes', /\b(?:step|trigger)\("(\w+)"/g)
  assert.ok(types.size > 10, 'the node types are found in nodes/')
  assert.deepEqual([...types].filter((type) => !nodes.includes(`(\`${type}\`)`)), [])
})

test('every environment variable is documented', () => {
  const configuration = read('docs/configuration.md')
  const variables = found('engine/server/src', /"(WEFT_[A-Z_]+)"/g)
  assert.deepEqual([...variables].filter((name) => !configuration.includes(name)), [])
})

test('the page of functions is what the engine says', { skip: !existsSync(CORE) && 'the core is not built' }, async () => {
  assert.equal(readFileSync(PAGE, 'utf8'), await render(), 'run `just gen-functions`')
})
