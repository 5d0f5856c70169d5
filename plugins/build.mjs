// Builds Weft's plugins into `plugins/dist/{http,text,javascript}.wasm`, and with `--tests` what the tests run: the hostile
// guests into `target/hostile/`, the example connector into `target/examples/`. Needs Rust with the target
// wasm32-unknown-unknown, and Node 20. What has not changed is not built again. The Rust guests' bytes do not depend on the
// machine; QuickJS is frozen together with seeds that it drew, so a component built anew differs in some dozens of bytes.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const TARGET = 'wasm32-unknown-unknown'
const plugins = dirname(fileURLToPath(import.meta.url))
const root = dirname(plugins)
const dist = join(plugins, 'dist')
const built = join(root, 'target', 'plugins')

mkdirSync(dist, { recursive: true })
rustGuests(plugins, ['http', 'text'], dist)
javascript()
if (process.argv.includes('--tests')) {
  const hostile = join(root, 'target', 'hostile')
  mkdirSync(hostile, { recursive: true })
  rustGuests(join(root, 'tests', 'hostile'), ['hostile'], hostile)
  const examples = join(root, 'target', 'examples')
  mkdirSync(examples, { recursive: true })
  rustGuests(plugins, ['parcels'], examples)
}

/** Compiles crates of a workspace for the sandbox and encodes them as components. */
function rustGuests(workspace, names, into) {
  run('cargo', ['build', '--quiet', '--locked', '-p', 'componentize'], plugins)
  const packages = names.flatMap((name) => ['-p', name])
  run(join(root, 'scripts', 'wasm-cargo'), ['build', '--quiet', '--locked', '--release', '--target', TARGET, ...packages], workspace, {
    CARGO_ENCODED_RUSTFLAGS: pathsRemoved().join('\x1f'),
  })
  for (const name of names) {
    const module = join(built, TARGET, 'release', `${name}.wasm`)
    const component = join(into, `${name}.wasm`)
    if (isNewer(component, module)) continue
    run(join(built, 'debug', process.platform === 'win32' ? 'componentize.exe' : 'componentize'), [module, component], plugins)
    tell(component)
  }
}

/** Panic messages hold the paths of sources; without this the bytes would depend on where the repository lies. */
function pathsRemoved() {
  const cargo = process.env.CARGO_HOME ?? join(homedir(), '.cargo')
  return [`--remap-path-prefix=${cargo}=/cargo`, `--remap-path-prefix=${root}=/weft`]
}

/** Freezes QuickJS with the plugin's own code into a component. */
function javascript() {
  const folder = join(plugins, 'javascript')
  const component = join(dist, 'javascript.wasm')
  const wit = join(root, 'plugin-api', 'wit')
  const inputs = [...filesOf(join(folder, 'src')), ...filesOf(wit), join(folder, 'package-lock.json'), fileURLToPath(import.meta.url)]
  const stamp = join(built, 'javascript.stamp')
  const now = digest(inputs)
  if (existsSync(component) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return
  // Not `npm ci`: the tool lists programs for two platforms that its authors did not publish, which no lock file can hold.
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund'], folder)
  const tool = join(folder, 'node_modules', 'componentize-qjs', 'bin', 'componentize-qjs')
  const output = ['--output', component, '--module-root', folder]
  run(process.execPath, [tool, '--wit', wit, '--world', 'transform', '--js', join('src', 'plugin.js'), '--sync', ...output], folder)
  mkdirSync(built, { recursive: true })
  writeFileSync(stamp, now)
  tell(component)
}

function filesOf(folder) {
  return readdirSync(folder).sort().map((name) => join(folder, name))
}

function digest(files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

function isNewer(file, than) {
  return existsSync(file) && statSync(file).mtimeMs >= statSync(than).mtimeMs
}

/** Runs a command quietly; what it said is shown when it fails. */
function run(command, args, cwd, env = {}) {
  const shell = process.platform === 'win32' && command === 'npm'
  const done = spawnSync(command, args, { cwd, env: { ...process.env, ...env }, encoding: 'utf8', shell })
  if (done.status !== 0) stop(`${command} ${args.join(' ')}\n${done.stdout ?? ''}${done.stderr ?? ''}${done.error ?? ''}`)
}

function tell(component) {
  console.log(`${component.slice(root.length + 1)}: ${Math.round(statSync(component).size / 1024)} KiB`)
}

function stop(why) {
  console.error(why)
  process.exit(1)
}
