//! The rules as tables, and the laws over random graphs and interleavings.

mod drawing;
mod laws;
mod tables;
