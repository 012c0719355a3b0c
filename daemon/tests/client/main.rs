//! The native client: its keys, its painting, and its manners towards the person's terminal.

mod decoder;
mod one_shot;
mod painter;
mod pictures;
mod terminal;
mod world;
