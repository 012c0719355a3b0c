//! The program `abide`: client, daemon and keeper.
fn main() {}
