//! Makes sure that what is built into the binary has a folder: without the designer built, a page says how to build it. Lists
//! the files of the SDKs and of the templates of plugins, which `weft plugin new` writes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const PLACEHOLDER: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Weft</title>\n\
<p>The designer was not built into this server. Build it with <code>just build</code>.</p>\n</html>\n";

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let designer = root.join("designer-ui/dist");
    fs::create_dir_all(&designer)?;
    fs::create_dir_all(root.join("plugins/dist"))?;
    fs::create_dir_all(root.join("workflows"))?;
    let index = designer.join("index.html");
    if !index.exists() {
        fs::write(index, PLACEHOLDER)?;
    }
    for folder in ["designer-ui/dist", "plugins/dist", "workflows", "migrations"] {
        println!("cargo::rerun-if-changed={}", root.join(folder).display());
    }
    list_sdks(&root.join("plugin-api"))
}

/// What tools leave in the folder of an SDK, and its own tests.
const LEFT_OUT: [&str; 7] = ["node_modules", "package-lock.json", "__pycache__", ".venv", "dist", "target", "test"];

/// Writes a table of the files with their content. `rust-embed` would take along what package managers put between them.
fn list_sdks(sdks: &Path) -> io::Result<()> {
    let mut files = Vec::new();
    for folder in ["src", "wit", "js", "python", "templates"] {
        collect(&sdks.join(folder), &mut files)?;
    }
    println!("cargo::rerun-if-changed={}", sdks.display());
    let entry = |file: &PathBuf| {
        let name = file.strip_prefix(sdks).expect("it was found there").to_string_lossy().replace('\\', "/");
        Ok(format!("({name:?}, include_bytes!({:?})),\n", file.canonicalize()?))
    };
    let entries = files.iter().map(entry).collect::<io::Result<String>>()?;
    let table = format!("static FILES: &[(&str, &[u8])] = &[\n{entries}];\n");
    let out = std::env::var_os("OUT_DIR").expect("cargo says where to write");
    fs::write(Path::new(&out).join("sdk_files.rs"), table)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        match LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
            true => {}
            false if entry.file_type()?.is_dir() => collect(&entry.path(), files)?,
            false => files.push(entry.path()),
        }
    }
    Ok(())
}
