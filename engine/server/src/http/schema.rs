//! The types of the core in the OpenAPI document. The core describes itself with JSON Schema; this turns that into components.

use std::borrow::Cow;

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value};
use utoipa::openapi::schema::{Object, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// Where OpenAPI keeps shared schemas; references point there.
const COMPONENTS: &str = "/components/schemas";

macro_rules! core_schema {
    ($(#[$doc:meta])* $name:ident, $core:ty, $component:literal) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                root::<$core>().0
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                $component.into()
            }

            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                schemas.extend(root::<$core>().1);
            }
        }
    };
}

core_schema!(
    /// Stands for [`weft_core::document::Document`].
    CoreDocument,
    weft_core::document::Document,
    "Document"
);
core_schema!(
    /// Stands for [`weft_core::problem::Problem`].
    CoreProblem,
    weft_core::problem::Problem,
    "DocumentProblem"
);
core_schema!(
    /// Stands for [`weft_core::node_type::NodeType`].
    CoreNodeType,
    weft_core::node_type::NodeType,
    "NodeType"
);

/// The schema of a core type and those it refers to.
fn root<T: JsonSchema>() -> (RefOr<Schema>, Vec<(String, RefOr<Schema>)>) {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = COMPONENTS.into();
        settings.meta_schema = None;
    });
    let mut generator = SchemaGenerator::new(settings);
    let root = generator.root_schema_for::<T>().to_value();
    let components = generator.take_definitions(true);
    (component(root), components.into_iter().map(|(name, schema)| (name, component(schema))).collect())
}

fn component(mut schema: Value) -> RefOr<Schema> {
    simplify(&mut schema);
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return RefOr::Ref(Ref::new(reference));
    }
    // What utoipa cannot hold is still an object to whoever generates a client.
    RefOr::T(serde_json::from_value(schema).unwrap_or_else(|_| Schema::Object(Object::new())))
}

/// Says the same with the words that utoipa's schema types have.
fn simplify(schema: &mut Value) {
    if schema.is_boolean() {
        *schema = Value::Object(Map::new());
    }
    match schema {
        Value::Object(fields) => {
            fields.remove("components");
            constants_to_enum(fields);
            for (name, field) in fields.iter_mut() {
                match name.as_str() {
                    "properties" => {
                        field.as_object_mut().into_iter().flat_map(|all| all.values_mut()).for_each(simplify)
                    }
                    "items" => simplify(field),
                    "oneOf" | "anyOf" | "allOf" | "prefixItems" => {
                        field.as_array_mut().into_iter().flatten().for_each(simplify);
                    }
                    "additionalProperties" if field.is_object() => simplify(field),
                    _ => {}
                }
            }
        }
        _ => *schema = Value::Object(Map::new()),
    }
}

/// `oneOf` of documented constants becomes a plain `enum`.
fn constants_to_enum(fields: &mut Map<String, Value>) {
    let constants = fields.get("oneOf").and_then(Value::as_array).and_then(|variants| {
        let values = variants.iter().map(|variant| match (variant.get("const"), variant.get("enum")) {
            (Some(value), _) => Some(vec![value.clone()]),
            (None, Some(values)) => values.as_array().cloned(),
            (None, None) => None,
        });
        values.collect::<Option<Vec<_>>>()
    });
    if let Some(constants) = constants {
        fields.remove("oneOf");
        fields.insert("type".into(), "string".into());
        fields.insert("enum".into(), constants.into_iter().flatten().collect());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_and_all_it_refers_to_become_components() {
        let (document, components) = root::<weft_core::document::Document>();
        let document = serde_json::to_value(document).unwrap();
        assert_eq!(document["properties"]["nodes"]["items"]["$ref"], "#/components/schemas/Node");
        let mut components = components;
        components.sort_by(|(a, _), (b, _)| a.cmp(b));
        let names: Vec<&str> = components.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "AfterCrash",
                "Backoff",
                "Edge",
                "ErrorKind",
                "Jitter",
                "Keep",
                "Node",
                "NodeId",
                "OnError",
                "Overlap",
                "PerKey",
                "Priority",
                "Retention",
                "Retry",
                "Settings"
            ]
        );
        let backoff = serde_json::to_value(&components[1].1).unwrap();
        assert_eq!(backoff["enum"], serde_json::json!(["fixed", "exponential"]));
    }
}
