//! What a viewer is told: the law of updates on random screens, bounds, and pictures of whole windows.
#![allow(clippy::unwrap_used)]

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
