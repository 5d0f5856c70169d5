//! From the component's exports to the [`Plugin`] trait.

use std::marker::PhantomData;

use crate::bindings::exports::weft::plugin::{actions, metadata};
use crate::bindings::more::exports::weft::plugin::{dynamic, polling, webhooks};
use crate::choices::Question;
use crate::error::read_json;
use crate::webhooks::{Inbound, Subscriber};
use crate::{Call, Plugin};

/// Registers a type that implements [`Plugin`] as this component's plugin. Once per crate, of type `cdylib`.
///
/// `export!(Parcels)` offers actions. `export!(Parcels as connector)` offers everything that the trait has: triggers,
/// drop-downs, schemas, and the test of a credential.
///
/// The exports exist in the sandbox's builds only: their names are no symbols for a native linker, and tests call the
/// type itself.
#[macro_export]
macro_rules! export {
    ($plugin:ty as connector) => {
        $crate::export!($plugin);

        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Exported = $crate::Exported<$plugin>;
    $crate::bindings::more::export_more!(Exported with_types_in $crate::bindings::more);
        };
    };
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
        Ok(P::run(Call::from_wire(call))?.into_wire())
    }
}

impl<P: Plugin> dynamic::Guest for Exported<P> {
    fn options(
        action: String,
        field: String,
        params: String,
        search: Option<String>,
        cursor: Option<String>,
    ) -> Result<dynamic::Choices, dynamic::StepError> {
        tell_panics();
        Ok(P::options(Question { action, field, search, params, cursor })?.into_wire())
    }

    fn schema(action: String, field: Option<String>, params: String) -> Result<String, dynamic::StepError> {
        tell_panics();
        let field = field.unwrap_or_default();
        Ok(P::schema(Question { action, field, search: None, params, cursor: None })?.to_string())
    }

    fn test_credential(slot: String) -> Result<String, dynamic::StepError> {
        tell_panics();
        Ok(P::test_credential(&slot)?)
    }
}

impl<P: Plugin> polling::Guest for Exported<P> {
    fn poll(call: polling::Call) -> Result<polling::Outcome, polling::StepError> {
        tell_panics();
        Ok(P::poll(Call::from_wire(call))?.into_wire())
    }
}

impl<P: Plugin> webhooks::Guest for Exported<P> {
    fn handle(inbound: webhooks::Inbound) -> Result<webhooks::Verdict, webhooks::StepError> {
        tell_panics();
        Ok(P::handle(Inbound::from_wire(inbound))?.into_wire())
    }

    fn subscribe(action: String, params: String, url: String) -> Result<String, webhooks::StepError> {
        tell_panics();
        Ok(P::subscribe(Subscriber { action, params }, &url)?.to_string())
    }

    fn unsubscribe(action: String, params: String, subscription: String) -> Result<(), webhooks::StepError> {
        tell_panics();
        Ok(P::unsubscribe(Subscriber { action, params }, read_json(&subscription)?)?)
    }
}

/// A panic ends as a bare trap; its message and place go to the step's log first, where the author will look.
#[cfg(target_arch = "wasm32")]
fn tell_panics() {
    std::panic::set_hook(Box::new(|panic| crate::log::error(&panic.to_string())));
}

#[cfg(not(target_arch = "wasm32"))]
fn tell_panics() {}
