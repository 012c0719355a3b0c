//! The web gateway.
fn main() {}
