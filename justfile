# Every command that people and CI run. `npx -y rust-just` works where `just` is not installed; `just` alone lists them.

set shell := ["sh", "-eu", "-c"]
set positional-arguments

# Crates outside the Cargo workspace (WebAssembly) build here, so one `rm -r target` clears everything.
wasm_target := justfile_directory() / "target/wasm"
designer_sources := "src public index.html package.json package-lock.json tsconfig.json vite.config.ts"

[private]
default:
    @"{{ just_executable() }}" --list --unsorted

# Build Weft and start it; flags go to `weft serve`
run *flags: build
    target/release/weft serve "$@"

# Run every test: Rust, designer, and the browser against a real server
test: (setup "build" "test") designer hostile-plugins test-rust test-plugins test-designer test-browser

# Check format, lints, types and the boundaries between the parts
check: (setup "build" "check") designer plugins check-rust check-designer check-sdk check-boundaries

# Build the release binary target/release/weft, designer and plugins inside
build: (setup "build") designer plugins
    cargo build --release --locked --package weft

# Measure the workloads of the targets beside a bare axum + SQLite server; `--quick` for short runs
bench *flags: (setup "bench") build
    cargo run --release --locked --package weft-bench -- "$@"

# Install what is missing, saying what and why; parts: build, test, check, bench, faults
setup *parts="build":
    @scripts/setup {{ parts }}

# Generate what is generated: the designer's core, the OpenAPI document, the client types, the page of functions, the manifests
gen: (setup "build") gen-api gen-functions gen-manifests

# Compile engine/core for the designer, which checks documents and previews expressions with it
gen-core:
    @scripts/gen-core "{{ wasm_target }}"

# Write the OpenAPI document and the designer's client types
gen-api: gen-core designer plugins
    cargo run --locked --package weft -- openapi > target/openapi.json
    cp target/openapi.json designer-ui/openapi.json
    cd designer-ui && npm run --silent gen:api

# Write docs/functions.md from the engine's own catalogue
gen-functions: gen-core
    node scripts/functions.mjs

# Write down what the bundled plugins say about themselves
gen-manifests: designer plugins
    cargo build --locked --package weft
    UPDATE=1 cargo test --locked --package weft --lib the_committed_manifests

# Build the bundled plugins to plugins/dist
plugins:
    @node plugins/build.mjs

# The bundled plugins, and those that misbehave, for the tests
[private]
hostile-plugins:
    @node plugins/build.mjs --tests

# The example connector in JavaScript and Python, and the plugins of the tests of their SDKs
[private]
example-plugins: (setup "build" "test")
    @node plugins/examples/build.mjs

# Build the designer to designer-ui/dist
designer: gen-core
    @cd designer-ui && ../scripts/when-changed dist/index.html {{ designer_sources }} -- npm run --silent build

# Run the server without release optimisation, and the designer on Vite's server with live reload
dev: (setup "build") designer plugins
    scripts/dev

# Build the user documentation to target/docs
docs:
    scripts/docs

[private]
test-rust:
    scripts/test-rust

[private]
test-plugins: example-plugins
    cd plugins && cargo test --locked
    cd plugins/javascript && npm test
    cd plugin-api/js && npm test
    cd plugin-api/python && python3 -m unittest discover -s test -t .
    cd plugins/examples/javascript && npm test
    cd plugins/examples/python && PYTHONPATH=../../../plugin-api/python python3 -m unittest discover -s tests
    target/python/bin/python -m unittest discover -s plugins/examples/test

[private]
test-designer:
    node --test designer-ui/core-wasm/test.mjs
    cd designer-ui && npm test

[private]
test-browser:
    cd tests/browser && npm test

[private]
check-rust:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --locked -- --deny warnings
    cd plugins && cargo fmt --all --check && cargo clippy --all-targets --locked -- --deny warnings
    cd designer-ui/core-wasm && cargo fmt --check && cargo clippy --locked --target-dir "{{ wasm_target }}" -- --deny warnings
    if command -v cargo-deny >/dev/null; then cargo deny --all-features check licenses bans sources; fi

[private]
check-designer:
    cd designer-ui && npm run --silent check && npm run --silent size

# The types of the JavaScript SDK, and what is written with them
[private]
check-sdk:
    node designer-ui/node_modules/typescript/bin/tsc --project plugin-api/js/test
    node designer-ui/node_modules/typescript/bin/tsc --project plugins/examples/javascript

[private]
check-boundaries:
    node --test scripts/*.test.mjs
    node scripts/boundaries.mjs

# Break a server in every way that can be arranged and check that it keeps GUARANTEES.md; names choose scenarios, `--seed` repeats
faults *flags: (setup "build" "faults") server-to-break
    target/release/weft-faults run "$@"

# Ten minutes of mixed load and random faults: nothing is lost, nothing grows; `--minutes`, `--seed`
soak *flags: (setup "build" "faults") server-to-break
    target/release/weft-faults soak "$@"

# A release build that can be told where to die. Not the one to ship: that is what `just build` builds.
[private]
server-to-break: designer plugins
    cargo build --release --locked --package weft --package weft-tests
