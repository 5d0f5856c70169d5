//! From the component's exports to the [`Plugin`] trait.

use std::marker::PhantomData;

use crate::bindings::exports::weft::plugin::{actions, metadata};
use crate::{Call, Plugin};

/// Registers a type that implements [`Plugin`] as this component's plugin. Once per crate, of type `cdylib`.
///
/// The exports exist in the sandbox's builds only: their names are no symbols for a native linker, and tests call the
/// type itself.
#[macro_export]
macro_rules! export {
    ($plugin:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Exported = $crate::Exported<$plugin>;
    $crate::bindings::export_action!(Exported with_types_in $crate::bindings);
        };

        #[cfg(not(target_arch = "wasm32"))]
        const _: fn() = || {
            fn is_a_plugin<P: $crate::Plugin>() {}
            is_a_plugin::<$plugin>();
        };
    };
}

/// What [`export!`] hands to the component model in place of the author's type.
#[derive(Debug)]
pub struct Exported<P>(PhantomData<P>);

impl<P: Plugin> metadata::Guest for Exported<P> {
    fn describe() -> String {
        tell_panics();
        P::manifest().to_json()
    }
}

impl<P: Plugin> actions::Guest for Exported<P> {
    fn run(call: actions::Call) -> Result<actions::Outcome, actions::StepError> {
        tell_panics();
        match P::run(Call::from_wire(call)) {
            Ok(outcome) => Ok(outcome.into_wire()),
            Err(error) => Err(error.into_wire()),
        }
    }
}

/// A panic ends as a bare trap; its message and place go to the step's log first, where the author will look.
#[cfg(target_arch = "wasm32")]
fn tell_panics() {
    std::panic::set_hook(Box::new(|panic| crate::log::error(&panic.to_string())));
}

#[cfg(not(target_arch = "wasm32"))]
fn tell_panics() {}
