//! The rules as tables, and the laws over random graphs and interleavings.

mod control;
mod drawing;
mod laws;
mod tables;
