//! One command: its output, its input, its status.

use super::{
    COMMAND,
    limits::{RECONNECT_MAX, RETRY_MAX, RETRY_MIN},
    link::{Broken, Link},
    terminal::Unsuitable,
    words,
};
use crate::start::Invocation;
use abide_protocol::{
    limits::INPUT_BYTES_MAX,
    message::{Attached, ClientMessage, CommandInput, Event, Hello, Output, ServerMessage, Stream},
};
use rustix::event::{PollFd, PollFlags, poll};
use std::{
    io::{self, Read as _, Write as _},
    time::Instant,
};

/// How a command ended.
pub(super) enum Outcome {
    /// With this status.
    Done(u8),
    /// By showing a session on this connection.
    Attached(Box<(Link, Attached)>),
    /// By the end of the server with this process id, which had greeted.
    Left(u32),
}

/// What the daemon says to a client without a terminal that is to show a session. It knows no terminals; the
/// client knows better why.
const NO_TERMINAL: &[u8] = b"open terminal failed: not a terminal\n";

/// Sends the command and serves it to its end. `unsuitable` is why the terminal can't be used, where it can't.
///
/// # Errors
/// A sentence for the person.
pub(super) fn converse(
    invocation: &Invocation,
    hello: &Hello,
    command: &ClientMessage,
    unsuitable: Option<&Unsuitable>,
) -> Result<Outcome, String> {
    let may_start = words::may_start(&invocation.words);
    let (begun, mut pause) = (Instant::now(), RETRY_MIN);
    loop {
        let stream = invocation.connect(may_start)?;
        let mut link = Link::new(stream, hello.clone())?;
        link.send(command).map_err(|e| format!("command too long: {e}"))?;
        match serve(&mut link, unsuitable) {
            Ok(Served::Done(status)) => return Ok(Outcome::Done(status)),
            Ok(Served::Attached(attached)) => return Ok(Outcome::Attached(Box::new((link, attached)))),
            Err(Broken::Stranger(text)) => return Err(text),
            // A daemon that restarts: it did not greet us, so it took no command from us.
            Err(Broken::Gone) if !link.is_greeted() && begun.elapsed() < RECONNECT_MAX => {
                std::thread::sleep(pause);
                pause = (pause * 2).min(RETRY_MAX);
            }
            Err(Broken::Gone) if link.is_greeted() => return Ok(Outcome::Left(link.server_pid())),
            Err(Broken::Gone) => return Err("server exited unexpectedly".to_owned()),
        }
    }
}

enum Served {
    Done(u8),
    Attached(Attached),
}

fn serve(link: &mut Link, unsuitable: Option<&Unsuitable>) -> Result<Served, Broken> {
    loop {
        while let Some(message) = link.next_message()? {
            match message {
                ServerMessage::Output(output) if output.id == COMMAND => print(&output, unsuitable),
                ServerMessage::Done(done) if done.id == COMMAND => return Ok(Served::Done(done.status)),
                ServerMessage::Attached(attached) => return Ok(Served::Attached(attached)),
                ServerMessage::ReadInput(wanted) if wanted.id == COMMAND => give_input(link)?,
                ServerMessage::Event(Event::Message(text)) => eprintln!("{text}"),
                ServerMessage::Error(error) => {
                    return Err(Broken::Stranger(error.text));
                }
                _ => {}
            }
        }
        link.write()?;
        wait(link)?;
    }
}

/// Waits for the link, and reads what came.
fn wait(link: &mut Link) -> Result<(), Broken> {
    let wanted = if link.has_pending() { PollFlags::IN | PollFlags::OUT } else { PollFlags::IN };
    let mut fds = [PollFd::from_borrowed_fd(link.fd(), wanted)];
    // An interruption is as good as readiness: reading does not wait.
    let _ = poll(&mut fds, None);
    let [fd] = &fds;
    if fd.revents().intersects(PollFlags::IN | PollFlags::HUP | PollFlags::ERR) {
        link.read()
    } else {
        Ok(())
    }
}

/// Prints what the command printed. Nobody there to read it is not our trouble.
fn print(output: &Output, unsuitable: Option<&Unsuitable>) {
    let _ = match (output.stream, unsuitable) {
        (Stream::Err, Some(why)) if output.text == NO_TERMINAL => {
            writeln!(io::stderr(), "open terminal failed: {why}")
        }
        (Stream::Err, _) => io::stderr().write_all(&output.text),
        (Stream::Out, _) => {
            let mut out = io::stdout().lock();
            out.write_all(&output.text).and_then(|()| out.flush())
        }
    };
}

/// Sends standard input to its end, as fast as the daemon takes it.
fn give_input(link: &mut Link) -> Result<(), Broken> {
    let mut stdin = io::stdin().lock();
    loop {
        let mut text = vec![0; INPUT_BYTES_MAX];
        let count = match stdin.read(&mut text) {
            Ok(count) => count,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => 0,
        };
        text.truncate(count);
        let last = count == 0;
        let piece = ClientMessage::CommandInput(CommandInput { id: COMMAND, last, text });
        link.send(&piece).map_err(|e| Broken::Stranger(e.to_string()))?;
        link.write()?;
        while link.has_pending() {
            wait(link)?;
            link.write()?;
        }
        if last {
            return Ok(());
        }
    }
}
