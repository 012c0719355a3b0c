//! The native client: one command and its output, or a session on the person's terminal.
//!
//! [`run`] connects, greets and sends the command. Output is printed and the status returned; when the
//! daemon answers `Attached` instead, the client takes the terminal ([`terminal`]), paints updates on it
//! ([`paint`]), decodes what is typed ([`input`]), and finds its server again by itself when the connection
//! breaks (`attached`, `reconnect`). It knows no session and no command; what it knows of words is in `words`.

mod attached;
mod ending;
pub mod input;
pub mod limits;
mod link;
mod one_shot;
pub mod paint;
mod reconnect;
pub mod terminal;
pub mod unacked;
mod upgrade;
pub mod words;

use crate::os::sys::ask_for_short_turns;
use crate::start::Invocation;
use abide_protocol::message::{ClientMessage, Command, Size};
use one_shot::Outcome;
use terminal::{Tty, abilities};

/// The surface that an attaching command opens.
const SURFACE: u32 = 0;
/// Number of the one command that a client sends.
const COMMAND: u32 = 1;

/// Runs a client from its command to its exit status. What the person has to know is printed.
#[must_use]
pub fn run(invocation: &Invocation) -> i32 {
    attempt(invocation).unwrap_or_else(|fault| {
        eprintln!("{fault}");
        1
    })
}

fn attempt(invocation: &Invocation) -> Result<i32, String> {
    let variable = |name: &str| std::env::var(name).ok();
    let socket = invocation.places.socket.to_string_lossy();
    if words::attaches(&invocation.words) && words::is_nested(&variable, &socket) {
        return Err("sessions should be nested with care, unset $TMUX to force".to_owned());
    }
    let mut words = invocation.words.clone();
    let upgrades = words::complete_upgrade(&mut words, crate::facts::own_program)?;
    let options = &invocation.options;
    let terminal =
        Tty::open().and_then(|tty| Ok((abilities(&variable, &options.features, options.colours_256)?, tty)));
    let (path, size) = match &terminal {
        Ok((_, tty)) => (Some(tty.path.clone()), tty.size()),
        Err(_) => (None, Size::default()),
    };
    let hello = link::hello(path.as_deref());
    let command = ClientMessage::Command(Command { id: COMMAND, size, words, surface: SURFACE });
    match one_shot::converse(invocation, &hello, &command, terminal.as_ref().err())? {
        Outcome::Done(status) => Ok(i32::from(status)),
        Outcome::Left(before) if upgrades => {
            println!("{}", upgrade::outcome(invocation, &hello, before)?);
            Ok(0)
        }
        Outcome::Left(_) => Err("server exited unexpectedly".to_owned()),
        Outcome::Attached(shown) => {
            let (link, attached) = *shown;
            ask_for_short_turns();
            let (abilities, tty) = terminal.map_err(|why| format!("open terminal failed: {why}"))?;
            attached::show(invocation, hello, link, attached, tty, abilities)
        }
    }
}
