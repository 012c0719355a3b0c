//! The program `abide`: client, daemon and keeper, told apart by how it is started.
#![deny(unsafe_code)]

fn main() -> std::process::ExitCode {
    abide::run(std::env::args_os())
}
