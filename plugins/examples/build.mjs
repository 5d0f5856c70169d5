// Builds the example connector in JavaScript and Python, and the plugins of the two SDKs' own tests, into `target/examples/`.
// Needs Node 20, and Python with what `requirements.txt` lists in `target/python`. What has not changed is not built again.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const examples = dirname(fileURLToPath(import.meta.url))
const root = dirname(dirname(examples))
const api = join(root, 'plugin-api')
const wit = join(api, 'wit')
const into = join(root, 'target', 'examples')
const python = join(root, 'target', 'python', process.platform === 'win32' ? 'Scripts' : 'bin')

mkdirSync(into, { recursive: true })
install(join(examples, 'javascript'))
javascript('parcels_javascript', join(examples, 'javascript', 'src', 'plugin.js'))
javascript('everything_javascript', join(api, 'js', 'test', 'plugin.js'))
pythonModule('parcels_python', join(examples, 'python'))
pythonModule('everything_python', join(api, 'python', 'test'))

function install(folder) {
  const done = join(folder, 'node_modules', '.package-lock.json')
  if (existsSync(done) && statSync(done).mtimeMs > statSync(join(folder, 'package.json')).mtimeMs) return
  // Not `npm ci`: the tool lists programs for two platforms that its authors did not publish, which no lock file can hold.
  run('npm', ['install', '--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'], folder)
}

function javascript(name, entry) {
  const folder = join(examples, 'javascript')
  build(name, [dirname(entry), join(api, 'js', 'src'), join(folder, 'package.json')], (component) => {
    const tool = join(folder, 'node_modules', 'componentize-qjs', 'bin', 'componentize-qjs')
    const world = ['--sync', '--wit', wit, '--world', 'connector']
    run(process.execPath, [tool, ...world, '--js', entry, '--module-root', root, '--output', component], folder)
  })
}

function pythonModule(name, folder) {
  const sdk = join(api, 'python')
  build(name, [folder, join(sdk, 'weft_plugin'), join(examples, 'requirements.txt')], (component) => {
    const world = ['-d', wit, '-w', 'connector']
    run(join(python, 'componentize-py'), [...world, 'componentize', 'plugin', '-p', folder, '-p', sdk, '-o', component], folder)
  })
}

function build(name, inputs, make) {
  const component = join(into, `${name}.wasm`)
  const stamp = join(into, `${name}.stamp`)
  const now = digest([...inputs, wit, fileURLToPath(import.meta.url)].flatMap(filesOf))
  if (existsSync(component) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return
  make(component)
  writeFileSync(stamp, now)
  console.log(`target/examples/${name}.wasm: ${Math.round(statSync(component).size / 1024)} KiB`)
}

function filesOf(path) {
  if (statSync(path).isFile()) return [path]
  const names = readdirSync(path).filter((name) => name !== '__pycache__' && name !== 'node_modules')
  return names.sort().flatMap((name) => filesOf(join(path, name)))
}

function digest(files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

/** Runs a command quietly; what it said is shown when it fails. */
function run(command, args, cwd) {
  const shell = process.platform === 'win32' && command === 'npm'
  const done = spawnSync(command, args, { cwd, encoding: 'utf8', shell })
  if (done.status === 0) return
  console.error(`${command} ${args.join(' ')}\n${done.stdout ?? ''}${done.stderr ?? ''}${done.error ?? ''}`)
  process.exit(1)
}
