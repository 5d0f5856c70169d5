//! `componentize <core module> <component>`: wraps a `wasm32-unknown-unknown` module into the component its embedded
//! WIT describes. Imports the module does not use disappear, so a pure transform asks for nothing.

use anyhow::{Context, bail};
use wit_component::ComponentEncoder;

fn main() -> anyhow::Result<()> {
    let [module_path, component_path] = std::env::args()
        .skip(1)
        .collect::<Vec<_>>()
        .try_into()
        .or_else(|_| bail!("usage: componentize <core module> <component>"))?;
    let module = std::fs::read(&module_path).with_context(|| format!("cannot read {module_path}"))?;
    let component = ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .with_context(|| format!("{module_path} was not built against the Weft SDK"))?
        .encode()
        .with_context(|| format!("{module_path} cannot become a component"))?;
    std::fs::write(&component_path, component).with_context(|| format!("cannot write {component_path}"))
}
