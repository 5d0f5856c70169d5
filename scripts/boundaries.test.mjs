import assert from 'node:assert/strict'
import { test } from 'node:test'

import { breaches } from './boundaries.mjs'

/** Asserts which rules a single file breaks, as `rule@line`. */
function check(path, text, expected) {
  const found = breaches([{ path, text }]).map((breach) => `${breach.rule}@${breach.at.split(':').at(-1)}`)
  assert.deepEqual(found, expected, `${path}: ${text.slice(0, 80)}`)
}

test('the core does nothing but compute', () => {
  const path = 'engine/core/src/run/next.rs'
  check(path, 'use std::collections::BTreeMap;\nuse std::time::Duration;', [])
  check(path, 'use std::fs;', ['core-is-pure@1'])
  check(path, 'use std::{fmt, fs};', ['core-is-pure@1'])
  check(path, 'let now = std::time::SystemTime::now();', ['core-is-pure@1'])
  check(path, '\nlet id = rand::random();', ['core-is-pure@2'])
  check(path, '/// Unlike `std::fs`, pure.', [])
  check('engine/core/src/expression/tests/limits.rs', 'use std::time::Instant;', [])
  check(path, 'fn a() {}\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}', [])
})

test('the core depends on a fixed list', () => {
  const path = 'engine/core/Cargo.toml'
  check(path, '[package]\nname = "weft-core"\n[dependencies]\nserde.workspace = true', [])
  check(path, '[dependencies]\ntokio.workspace = true', ['core-dependencies@2'])
  check(path, '[dependencies]\nreqwest = { version = "1" }', ['core-dependencies@2'])
  check(path, '[dev-dependencies]\nproptest.workspace = true', [])
})

test('each library of the server has one home', () => {
  check('engine/server/src/runner/drive.rs', 'use sqlx::Row;', ['sql-in-store@1'])
  check('engine/server/src/store/runs.rs', 'use sqlx::Row;', [])
  check('engine/server/src/triggers/webhooks.rs', 'use axum::Json;', ['axum-in-http@1'])
  check('engine/server/src/http/router.rs', 'use axum::Router;', [])
  check('engine/server/src/main.rs', 'axum::serve(listener, router)', [])
  check('engine/server/src/nodes/code.rs', 'use wasmtime::Store;', ['wasmtime-in-plugin-host@1'])
  check('engine/server/src/plugin_host/limits.rs', 'use wasmtime::Store;', [])
})

test('calls go one way through the server', () => {
  check('engine/server/src/nodes/set.rs', 'use crate::store::Store;', ['nodes-see-their-context-only@1'])
  check('engine/server/src/plugin_host/call.rs', 'use crate::{http, ids};', ['nodes-see-their-context-only@1'])
  check('engine/server/src/plugin_host/http.rs', 'use crate::plugin_host::http::Guard;', [])
  check('engine/server/src/runner/mod.rs', 'use crate::triggers::Fire;', ['runner-below-triggers@1'])
  check('engine/server/src/triggers/cron.rs', 'use crate::http::Problem;', ['triggers-below-http@1'])
  check('engine/server/src/store/runs.rs', 'use crate::runner::Runner;', ['store-knows-nobody@1'])
})

test('the designer keeps its layers', () => {
  check('designer-ui/src/features/runs/page.tsx', "import { Node } from '@xyflow/react'", ['react-flow-in-canvas@1'])
  check('designer-ui/src/features/editor/canvas/node.tsx', "import { Node } from '@xyflow/react'", [])
  check('designer-ui/src/features/runs/page.tsx', "import { x } from '@/features/editor/model/ids'", ['features-apart@1'])
  check('designer-ui/src/features/runs/page.tsx', "import { x } from '../plugins/list'", ['features-apart@1'])
  check('designer-ui/src/features/runs/page.tsx', "import { x } from './list'", [])
  check('designer-ui/src/ui/button.tsx', "import { api } from '@/api/client'", ['ui-knows-no-api@1'])
  check('designer-ui/src/ui/button.tsx', "import { Link } from '@tanstack/react-router'", ['ui-knows-no-api@1'])
  check('designer-ui/src/features/runs/page.tsx', "const answer = await fetch('/api/v1/runs')", ['fetch-in-api@1'])
  check('designer-ui/src/features/runs/page.tsx', 'await query.refetch()', [])
})

test('a file holds one idea', () => {
  const lines = (count) => 'let a = 1;\n'.repeat(count)
  check('engine/server/src/runner/drive.rs', lines(500), [])
  check('engine/server/src/runner/drive.rs', lines(501), ['file-length@500'])
  check('engine/server/src/runner/drive.rs', `${lines(400)}#[cfg(test)]\n${lines(400)}`, [])
  check('tests/src/api/tests.rs', lines(900), [])
  check('designer-ui/src/api/schema.d.ts', `/** This file was auto-generated. */\n${lines(900)}`, [])
})
