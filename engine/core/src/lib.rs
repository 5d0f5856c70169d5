//! The rules of Weft, without any IO.
//!
//! Time, ids and randomness come in as arguments, so the same functions serve live runs, recovery after a
//! crash, the timeline in the designer and tests that take microseconds.

pub mod check;
pub mod depth;
pub mod document;
pub mod document_edit;
pub mod expression;
pub mod graph;
pub mod mask;
pub mod node_type;
mod params_schema;
pub mod problem;
pub mod run;
pub mod schedule;
mod suggest;
