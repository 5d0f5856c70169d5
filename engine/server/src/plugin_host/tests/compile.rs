//! Compiling in a process of its own, in two tiers.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::json;
use tempfile::TempDir;

use super::{SHELF, component, config, weft};
use crate::plugin_host::{Call, Frame, HostConfig, PluginHost, Tier, UploadError};

/// A host with a compiler that a script runs.
struct Scripted {
    host: PluginHost,
    folder: TempDir,
}

impl Scripted {
    fn new(script: &str) -> Scripted {
        let folder = tempfile::tempdir().unwrap();
        let compiler = folder.path().join("compiler");
        let script =
            script.replace("$WEFT", &weft().to_string_lossy()).replace("$GATE", &gate(&folder).to_string_lossy());
        std::fs::write(&compiler, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&compiler, PermissionsExt::from_mode(0o700)).unwrap();
        let config = HostConfig { compiler, ..config(&folder.path().join("cache")) };
        Scripted { host: PluginHost::new(config, SHELF.clone()).unwrap(), folder }
    }

    async fn refusal(&self, bytes: Vec<u8>) -> (&'static str, String) {
        let refusal = self.host.inspect(bytes).await.unwrap_err();
        (refusal.code(), refusal.to_string())
    }
}

/// A file for which a script waits.
fn gate(folder: &TempDir) -> PathBuf {
    folder.path().join("gate")
}

fn text() -> Vec<u8> {
    component("plugins/dist/text.wasm")
}

fn files(folder: &Path, end: &str) -> usize {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    files.filter(|name| name.to_string_lossy().ends_with(end)).count()
}

#[tokio::test]
async fn quick_code_is_used_until_there_is_better() {
    let waits = r#"case "$*" in *full*) while [ ! -e $GATE ]; do /bin/sleep 0.02; done ;; esac; exec $WEFT "$@""#;
    let Scripted { host, folder } = Scripted::new(waits);
    let cache = folder.path().join("cache");
    SHELF.put(&text());
    let inspected = host.inspect(text()).await.unwrap();
    let plugin = host.load(&inspected.sha256, &inspected.manifest_json.to_string()).await.unwrap();
    let answer = async || {
        let call = Call::new("slugify", json!({ "text": "Crème brûlée!" }));
        host.call(&plugin, call, Frame::default()).await.result.unwrap().items
    };
    assert_eq!((plugin.tier(), files(&cache, ".quick"), files(&cache, ".full")), (Tier::Quick, 1, 0));
    assert_eq!(answer().await, [json!("creme-brulee")]);

    std::fs::write(gate(&folder), "").unwrap();
    host.warmed().await;
    assert_eq!((plugin.tier(), files(&cache, ".quick"), files(&cache, ".full")), (Tier::Full, 0, 1));
    assert_eq!(answer().await, [json!("creme-brulee")]);
}

#[tokio::test]
async fn a_compiler_that_fails_is_told_apart_from_a_component_that_is_wrong() {
    let cases = [
        ("kill -KILL $$", "compile_failed", "too little memory"),
        ("kill -XCPU $$", "compile_failed", "more than 120 s of processor time"),
        (
            "echo 'memory allocation of 7 bytes failed' >&2; kill -ABRT $$",
            "compile_failed",
            "more than 4294967296 bytes of memory",
        ),
        ("kill -SEGV $$", "compile_failed", "the compiler failed (signal: 11"),
        ("exit 1", "compile_failed", "the compiler failed (exit status: 1)"),
        // As a program ends that does not know the command.
        ("echo 'unrecognized subcommand' >&2; exit 2", "compile_failed", "the compiler failed (exit status: 2)"),
        ("/bin/cat > /dev/null; echo nonsense", "internal", ""),
        ("echo 'it is no good' >&2; exit 3", "not_a_component", "it is no good"),
    ];
    for (script, code, told) in cases {
        let refusal = Scripted::new(script).refusal(text()).await;
        assert!(refusal.0 == code && refusal.1.contains(told), "{script}: {refusal:?}");
    }
    let nowhere = HostConfig { compiler: "/nowhere".into(), ..config(tempfile::tempdir().unwrap().path()) };
    let error = PluginHost::new(nowhere, SHELF.clone()).unwrap().inspect(text()).await.unwrap_err();
    assert!(matches!(&error, UploadError::Host(_)) && error.to_string().contains("/nowhere"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_compiler_that_hangs_is_ended() {
    let refusal = Scripted::new("exec /bin/sleep 600").refusal(text()).await;
    assert!(refusal.0 == "compile_failed" && refusal.1.contains("more than 60 s"), "{refusal:?}");
}

#[tokio::test]
async fn a_compiler_gets_nothing_of_the_servers_surroundings() {
    let told = Scripted::new("/usr/bin/env >&2; pwd >&2; exit 3").refusal(text()).await.1;
    assert!(std::env::var_os("PATH").is_some() && !told.contains("PATH=") && told.ends_with("\n/"), "{told}");
}

#[tokio::test]
async fn a_worker_limits_itself_before_it_reads() {
    let mut worker = tokio::process::Command::new(weft())
        .args(["compile-worker", "--tier", "quick"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let file = format!("/proc/{}/limits", worker.id().unwrap());
    // The last that it sets.
    let limits = loop {
        let limits = std::fs::read_to_string(&file).unwrap();
        if limits.contains("Max file size             0 ") {
            break limits;
        }
        tokio::task::yield_now().await;
    };
    let expected = [
        "Max cpu time              120                  125 ",
        "Max address space         4294967296           4294967296 ",
        "Max core file size        0                    0 ",
        "Max open files            32                   32 ",
    ];
    for limit in expected {
        assert!(limits.contains(limit), "{limits}");
    }
    drop(worker.stdin.take());
    assert_eq!(worker.wait().await.unwrap().code(), Some(3), "nothing is no component");
}

/// Components whose code takes the compiler far more than they are worth.
mod bombs {
    use std::pin::pin;

    use super::*;

    /// A component of one module with these functions. The bodies lack their last `end`.
    fn of(bodies: &[Vec<u8>]) -> Vec<u8> {
        let function = |body: &Vec<u8>| [number(body.len() + 1), body.clone(), vec![END]].concat();
        let module = [
            b"\0asm\x01\0\0\0".to_vec(),
            section(1, &[1, 0x60, 0, 0]),
            section(3, &[number(bodies.len()), vec![0; bodies.len()]].concat()),
            section(10, &[number(bodies.len()), bodies.iter().flat_map(function).collect()].concat()),
        ];
        [b"\0asm\x0d\0\x01\0".to_vec(), section(1, &module.concat())].concat()
    }

    const BLOCK: [u8; 2] = [0x02, 0x40];
    const LOOP: [u8; 2] = [0x03, 0x40];
    const END: u8 = 0x0b;

    fn section(id: u8, content: &[u8]) -> Vec<u8> {
        [vec![id], number(content.len()), content.to_vec()].concat()
    }

    fn number(mut value: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        while value >= 0x80 {
            bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        bytes.push(value as u8);
        bytes
    }

    fn nested(blocks: usize) -> Vec<u8> {
        of(&[[vec![0], BLOCK.repeat(blocks), vec![END; blocks]].concat()])
    }

    fn functions(count: usize) -> Vec<u8> {
        of(&vec![vec![0]; count])
    }

    /// Every local lives through every loop.
    fn locals(count: usize, loops: usize) -> Vec<u8> {
        let add_one = |local| [vec![0x20], number(local), vec![0x41, 1, 0x6a, 0x21], number(local)].concat();
        let repeat_while_first_local = [0x20, 0, 0x0d, 0, END].repeat(loops);
        let declared = [vec![1], number(count), vec![0x7f]].concat();
        let body = (0..count).flat_map(add_one).collect();
        of(&[[declared, LOOP.repeat(loops), body, repeat_while_first_local].concat()])
    }

    fn branches(targets: usize) -> Vec<u8> {
        let table = [vec![0x41, 0, 0x0e], number(targets), vec![0; targets + 1]].concat();
        of(&[[vec![0], BLOCK.to_vec(), table, vec![END]].concat()])
    }

    /// Each is refused within the limits on its process, while the plugins that are there answer and this process stays small.
    #[tokio::test]
    async fn compile_bombs_end_their_own_process_only() {
        let cases = [
            ("ulimit -v 2000000", nested(1_000_000), "compile_failed", "bytes of memory"),
            ("ulimit -S -t 2", locals(50_000, 10), "compile_failed", "processor time"),
            (":", functions(20_000), "describe_failed", "weft:plugin/metadata"),
            (":", branches(1_000_000), "not_a_component", "1000000 targets"),
        ];
        let neighbour = super::super::bundled("text").await;
        let before = resident_bytes();
        let mut answered = 0;
        for (limit, bomb, code, told) in cases {
            let bombed = Scripted::new(&format!("{limit}; exec $WEFT \"$@\""));
            let mut refusing = pin!(bombed.refusal(bomb));
            let refusal = loop {
                let call = Call::new("trim", json!({ "text": " a " }));
                tokio::select! {
                    refusal = &mut refusing => break refusal,
                    called = super::super::call(&neighbour, call) => {
                        called.result.unwrap();
                        answered += 1;
                    }
                }
            };
            assert!(refusal.0 == code && refusal.1.contains(told), "{refusal:?}");
        }
        assert!(answered > 100, "{answered}");
        let grown = resident_bytes().saturating_sub(before);
        assert!(grown < 64 << 20, "{grown} bytes more");
    }

    fn resident_bytes() -> usize {
        let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
        pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
    }
}
