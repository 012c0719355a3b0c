//! `abide upgrade` from a shell. The command has no answer when it succeeds: the server that was asked has left. So its
//! client asks the one that came what became of it, and success is said only by a server that serves.

use super::{
    COMMAND, SURFACE,
    limits::{RETRY_MAX, RETRY_MIN, UPGRADE_MAX},
    link::{Broken, Link},
};
use crate::start::Invocation;
use abide_protocol::message::{ClientMessage, Command, Hello, ServerMessage, Size, Stream};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::time::{Duration, Instant};

/// What the next server is asked.
const QUESTION: &str = "#{pid} #{server_sessions} #{version} #{upgrade_result}";

/// What it says.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    pid: u32,
    sessions: u32,
    version: String,
    result: String,
}

/// Waits for the server after the one that had this process id; gives a line for the person.
///
/// # Errors
/// A sentence for the person: when another than the one wanted serves, or none.
pub(super) fn outcome(invocation: &Invocation, hello: &Hello, before: u32) -> Result<String, String> {
    let begun = Instant::now();
    let mut pause = RETRY_MIN;
    loop {
        match ask(invocation, hello, begun + UPGRADE_MAX) {
            Ok(answer) => return verdict(&answer, before, begun.elapsed()),
            Err(Broken::Stranger(text)) => return Err(format!("upgrade: {text}")),
            Err(Broken::Gone) if begun.elapsed() < UPGRADE_MAX => {
                std::thread::sleep(pause);
                pause = (pause * 2).min(RETRY_MAX);
            }
            Err(Broken::Gone) => {
                let text = "upgrade: no server has answered for";
                return Err(format!("{text} {} s: see its log", UPGRADE_MAX.as_secs()));
            }
        }
    }
}

fn ask(invocation: &Invocation, hello: &Hello, deadline: Instant) -> Result<Answer, Broken> {
    let stream = invocation.connect(false).map_err(Broken::Stranger)?;
    let mut link = Link::new(stream, hello.clone()).map_err(Broken::Stranger)?;
    let words = ["display-message", "-p", QUESTION].map(str::to_owned).to_vec();
    let question = Command { id: COMMAND, size: Size::default(), words, surface: SURFACE };
    link.send(&ClientMessage::Command(question)).map_err(|e| Broken::Stranger(e.to_string()))?;
    let mut said = Vec::new();
    loop {
        while let Some(message) = link.next_message()? {
            match message {
                ServerMessage::Output(output) if output.stream == Stream::Out => said.extend(output.text),
                ServerMessage::Done(_) => {
                    return parse(&String::from_utf8_lossy(&said)).ok_or(Broken::Gone);
                }
                ServerMessage::Error(error) => return Err(Broken::Stranger(error.text)),
                _ => {}
            }
        }
        link.write()?;
        let left = deadline.saturating_duration_since(Instant::now());
        let wanted = if link.has_pending() { PollFlags::IN | PollFlags::OUT } else { PollFlags::IN };
        let timeout = Timespec::try_from(left).ok();
        let mut fds = [PollFd::from_borrowed_fd(link.fd(), wanted)];
        match poll(&mut fds, timeout.as_ref()) {
            Ok(0) if left.is_zero() => return Err(Broken::Gone),
            // An interruption is as good as readiness: reading does not wait.
            _ => link.read()?,
        }
    }
}

fn parse(text: &str) -> Option<Answer> {
    let mut words = text.trim_end_matches('\n').splitn(4, ' ');
    Some(Answer {
        pid: words.next()?.parse().ok()?,
        sessions: words.next()?.parse().ok()?,
        version: words.next()?.to_owned(),
        result: words.next()?.to_owned(),
    })
}

fn verdict(answer: &Answer, before: u32, took: Duration) -> Result<String, String> {
    let Answer { pid, sessions, version, result } = answer;
    let plural = if *sessions == 1 { "" } else { "s" };
    match result.as_str() {
        _ if *pid == before => {
            Err(format!("upgrade: the server broke the connection and serves on (pid {pid}): try again"))
        }
        "done" => Ok(format!(
            "upgraded: abide {version} (pid {pid}), {sessions} session{plural}, {} ms",
            took.as_millis()
        )),
        "" => Err(format!(
            "upgrade: abide {version} (pid {pid}) serves, which does not say that it is the one wanted: see show-messages"
        )),
        why => {
            Err(format!("no upgrade, the program before it serves on (abide {version}, pid {pid}): {why}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_next_server_says_is_judged() {
        let took = Duration::from_micros(43_700);
        let said = |text: &str| verdict(&parse(text).expect("an answer"), 7, took);
        assert_eq!(
            said("123 100 0.2.0 done\n"),
            Ok("upgraded: abide 0.2.0 (pid 123), 100 sessions, 43 ms".to_owned())
        );
        assert_eq!(
            said("123 1 0.2.0 done\n"),
            Ok("upgraded: abide 0.2.0 (pid 123), 1 session, 43 ms".to_owned())
        );
        let why = "/x: the daemon (process 9) exited with status 1 after 0.0 s";
        assert_eq!(
            said(&format!("123 2 0.1.0 {why}\n")),
            Err(format!("no upgrade, the program before it serves on (abide 0.1.0, pid 123): {why}"))
        );
        for (text, expected) in
            [("123 2 0.1.0 \n", "does not say"), ("7 2 0.1.0 \n", "serves on (pid 7): try again")]
        {
            assert!(said(text).expect_err("no success").contains(expected), "{text}");
        }
        for text in ["", "\n", "x 1 0.1.0 done", "1 2 3"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
