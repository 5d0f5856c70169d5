mod laws;
mod node_types;
mod sketch;
mod tables;
mod text;
