//! Makes sure that what is built into the binary has a folder: without the designer built, a page says how to build it.

use std::fs;
use std::io;
use std::path::Path;

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
    Ok(())
}
