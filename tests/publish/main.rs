//! Publication from end to end: a registry that is served on this machine, a repository whose contract changes, and projects that know nothing
//! but the registry.

mod mistakes;
mod registry;
mod release;
mod sample;
mod scene;
