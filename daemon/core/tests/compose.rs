//! What a viewer is told: the law of updates on random screens, bounds, and pictures of whole windows.
// Tests read their golden files.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

#[path = "compose/bounds.rs"]
mod bounds;
#[path = "compose/law.rs"]
mod law;
#[path = "compose/pictures.rs"]
mod pictures;
#[path = "compose/stage.rs"]
mod stage;
#[path = "compose/status.rs"]
mod status;
