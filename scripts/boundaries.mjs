// Checks the boundaries between the parts that no compiler checks. `just check` runs it.
//
// Each rule says which files it looks at, what they must not contain, and why. A failure names the file, the line and
// the rule, so that the reader knows what to move where.

import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What engine/core may depend on: none of these does IO, spawns threads or reads the clock. */
const CORE_DEPENDENCIES = [
  'chrono',
  'chrono-tz',
  'croner',
  'indexmap',
  'petgraph',
  'regex-lite',
  'rust_decimal',
  'rustc-hash',
  'schemars',
  'serde',
  'serde_json',
  'thiserror',
]

const MAX_LINES = 500

const inside = (...folders) => (path) => folders.some((folder) => path === folder || path.startsWith(`${folder}/`))
const except = (...folders) => (path) => !inside(...folders)(path)
const both = (one, other) => (path) => one(path) && other(path)

const server = inside('engine/server/src')
const designer = both(inside('designer-ui/src'), (path) => /\.(ts|tsx|css)$/.test(path))

/** Rules about lines: `forbid` must match no line of code in the files that `files` accepts. Tests may do more. */
const LINE_RULES = [
  {
    name: 'core-is-pure',
    why: 'engine/core has no IO, async, clock, threads or randomness: time and ids come in as arguments',
    files: inside('engine/core/src'),
    forbid:
      /\bstd::(fs|net|thread|process|env)\b|\buse std::\{[^}]*\b(fs|net|thread|process|env)\b|\b(SystemTime|Instant)\b|\b(Utc|Local)::now\b|\b(tokio|rand|getrandom|uuid)::/,
  },
  {
    name: 'sql-in-store',
    why: 'all SQL and sqlx types stay in engine/server/src/store',
    files: both(server, except('engine/server/src/store')),
    forbid: /\bsqlx\b/,
  },
  {
    name: 'axum-in-http',
    why: 'only engine/server/src/http knows axum; the binary starts it',
    files: both(server, except('engine/server/src/http', 'engine/server/src/main.rs')),
    forbid: /\baxum\b/,
  },
  {
    name: 'wasmtime-in-plugin-host',
    why: 'only engine/server/src/plugin_host knows wasmtime',
    files: both(server, except('engine/server/src/plugin_host')),
    forbid: /\bwasmtime(_wasi)?\b/,
  },
  {
    name: 'nodes-see-their-context-only',
    why: 'nodes and plugins get a context and nothing else: no store, no http, no triggers, no runner',
    files: inside('engine/server/src/nodes', 'engine/server/src/plugin_host'),
    forbid: /\bcrate::(store|http|triggers|runner)\b|\buse crate::\{[^}]*\b(store|http|triggers|runner)\b/,
  },
  {
    name: 'runner-below-triggers',
    why: 'calls go http → triggers → runner → nodes, plugin_host, never back',
    files: inside('engine/server/src/runner'),
    forbid: /\bcrate::(http|triggers)\b|\buse crate::\{[^}]*\b(http|triggers)\b/,
  },
  {
    name: 'triggers-below-http',
    why: 'calls go http → triggers → runner → nodes, plugin_host, never back',
    files: inside('engine/server/src/triggers'),
    forbid: /\bcrate::http\b|\buse crate::\{[^}]*\bhttp\b/,
  },
  {
    name: 'store-knows-nobody',
    why: 'the store serves every other part and calls none of them',
    files: inside('engine/server/src/store'),
    forbid: /\bcrate::(http|triggers|runner|nodes|plugin_host)\b/,
  },
  {
    name: 'react-flow-in-canvas',
    why: 'React Flow stays inside features/editor/canvas, so the editor can be tested and changed without it',
    files: both(designer, except('designer-ui/src/features/editor/canvas')),
    forbid: /['"]@xyflow\//,
  },
  {
    name: 'ui-knows-no-api',
    why: 'ui/ holds plain components: it knows neither the API nor the router nor a feature',
    files: both(designer, inside('designer-ui/src/ui')),
    forbid: /['"](@\/(api|features|app)\/|(\.\.\/)+(api|features|app)\/|@tanstack\/|openapi-fetch)/,
  },
  {
    name: 'fetch-in-api',
    why: 'server data comes through the generated client in api/; nothing else fetches',
    files: both(designer, except('designer-ui/src/api', 'designer-ui/src/core')),
    forbid: /(^|[^.\w])(fetch\(|new EventSource\b|new XMLHttpRequest\b)/,
  },
]

const isTest = (path) =>
  /(^|\/)tests?(\.rs|\/)|_tests?\.rs$|\.test\.(ts|tsx|mjs)$|_(setup|fixture)\.ts$/.test(path)

/** The lines of code of a file, each with its number; comments and a Rust file's trailing test module left out. */
function codeLines(path, text) {
  const lines = text.split('\n').map((text, index) => ({ number: index + 1, text }))
  const tests = path.endsWith('.rs') ? lines.findIndex((line) => line.text.trim() === '#[cfg(test)]') : -1
  const code = tests < 0 ? lines : lines.slice(0, tests)
  return code.filter((line) => !/^\s*(\/\/|\*|\/\*)/.test(line.text))
}

function checkLines(files) {
  return LINE_RULES.flatMap((rule) =>
    files
      .filter((file) => rule.files(file.path) && !isTest(file.path))
      .flatMap((file) =>
        codeLines(file.path, file.text)
          .filter((line) => rule.forbid.test(line.text))
          .map((line) => ({ rule: rule.name, at: `${file.path}:${line.number}`, why: rule.why })),
      ),
  )
}

/** A feature may not import another feature; what two need belongs below both. */
function checkFeatures(files) {
  const root = 'designer-ui/src/features'
  return files
    .filter((file) => designer(file.path) && inside(root)(file.path))
    .flatMap((file) => {
      const own = file.path.split('/')[3]
      return codeLines(file.path, file.text).flatMap((line) => {
        const target = /(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/.exec(line.text)?.[1]
        if (!target) return []
        const resolved = target.startsWith('@/')
          ? `designer-ui/src/${target.slice(2)}`
          : posix.join(posix.dirname(file.path), target)
        const other = inside(root)(resolved) ? resolved.split('/')[3] : own
        if (other === own) return []
        const why = `the feature ${own} imports ${other}; features do not import each other`
        return [{ rule: 'features-apart', at: `${file.path}:${line.number}`, why }]
      })
    })
}

/** The direct dependencies of engine/core are a fixed list. */
function checkCoreDependencies(files) {
  const manifest = files.find((file) => file.path === 'engine/core/Cargo.toml')
  if (!manifest) return []
  let section = ''
  return manifest.text.split('\n').flatMap((text, index) => {
    section = /^\[(.+)\]/.exec(text)?.[1] ?? section
    const name = /^([\w-]+)\s*[.=]/.exec(text)?.[1]
    if (section !== 'dependencies' || !name || CORE_DEPENDENCIES.includes(name)) return []
    const why = `${name} is not among the allowed dependencies of engine/core (the list is in scripts/boundaries.mjs)`
    return [{ rule: 'core-dependencies', at: `engine/core/Cargo.toml:${index + 1}`, why }]
  })
}

function checkLengths(files) {
  return files
    .filter((file) => /\.(rs|ts|tsx|mjs|css)$/.test(file.path) && !isTest(file.path) && !isGenerated(file.text))
    .map((file) => ({ path: file.path, length: lengthWithoutTests(file) }))
    .filter((file) => file.length > MAX_LINES)
    .map((file) => ({
      rule: 'file-length',
      at: `${file.path}:${MAX_LINES}`,
      why: `${file.length} lines; past ${MAX_LINES} a file holds more than one idea: split it by idea`,
    }))
}

const isGenerated = (text) => /auto-generated|@generated/.test(text.slice(0, 400))

function lengthWithoutTests(file) {
  const lines = file.text.trimEnd().split('\n')
  const tests = file.path.endsWith('.rs') ? lines.findIndex((line) => line.trim() === '#[cfg(test)]') : -1
  return tests < 0 ? lines.length : tests
}

/** Every breach of a boundary in the files, each `{rule, at, why}`. */
export function breaches(files) {
  return [...checkLines(files), ...checkFeatures(files), ...checkCoreDependencies(files), ...checkLengths(files)]
}

const SKIPPED = new Set(['node_modules', 'target', 'dist', '.git', 'weft-data'])

function* walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) yield* walk(path)
    else if (entry.isFile() && /\.(rs|ts|tsx|mjs|css|toml)$/.test(entry.name)) yield path
  }
}

function main() {
  const root = dirname(dirname(fileURLToPath(import.meta.url)))
  const files = [...walk(root)].map((path) => ({
    path: relative(root, path).replaceAll('\\', '/'),
    text: readFileSync(path, 'utf8'),
  }))
  const found = breaches(files)
  for (const { rule, at, why } of found) console.error(`${at}: ${rule}: ${why}`)
  console.log(`boundaries: ${files.length} files, ${found.length} breaches`)
  process.exitCode = found.length > 0 ? 1 : 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
