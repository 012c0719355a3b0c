//! The keeper becomes another program in place: same process, so its children, sockets and ptys stay its own.
//!
//! What was executed can't be undone, so the other program is asked first: it gets a copy of the handover record, in a
//! child, and says whether it understands it. Then the record is written anew and executed with; the descriptors that
//! it names stay open, and what lies in shared memory stays where it is. [`super::resume`] is the other side.

use super::limits::{ANSWER_BYTES_MAX, REPLACE_MS};
use super::message::REPLACE;
use super::process::{Ending, Keeper};
use super::resume::{self, Order};
use super::watch::{Interest, Source};
use crate::os::memory;
use crate::os::signal::send;
use crate::os::spawn;
use crate::os::sys::{REPORT_BYTES, become_program, c_string, fork_exec};
use nix::sys::signal::Signal as Number;
use rustix::fs::{Mode, OFlags};
use rustix::pipe::PipeFlags;
use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What a program is asked with.
pub const PROBE: &str = "--keeper-probe";
/// Its answer when it understands the record.
pub const UNDERSTOOD: &str = "understood";

/// A program that is to replace this one.
#[derive(Debug)]
pub(super) struct Replacing {
    program: PathBuf,
    /// The child that is asked.
    pid: i32,
    /// Where it answers; none once it has said yes.
    answer: Option<OwnedFd>,
    report: OwnedFd,
    said: Vec<u8>,
    until: Instant,
}

impl Replacing {
    pub(super) fn until(&self) -> Instant {
        self.until
    }
}

impl Keeper {
    /// Asks a program whether it could go on; none named: the one that daemons are started from.
    pub(super) fn begin_replacement(&mut self, program: Vec<u8>) {
        if self.ending != Ending::No {
            return self.refuse(REPLACE, "the server is ending");
        }
        if self.config.resume.is_empty() {
            return self.refuse(REPLACE, "this keeper can't be followed by another");
        }
        if self.replacing.is_some() {
            return self.refuse(REPLACE, "the keeper is being replaced already");
        }
        let program = match program.as_slice() {
            [] => self.program.path().to_owned(),
            _ => PathBuf::from(OsString::from_vec(program)),
        };
        let asked = self.handover().encode().and_then(|record| {
            self.ask(program, &record).map_err(|e| format!("the new program can't be asked: {e}"))
        });
        match asked {
            Ok(replacing) => self.replacing = Some(replacing),
            Err(why) => self.refuse(REPLACE, &why),
        }
    }

    fn ask(&self, program: PathBuf, record: &[u8]) -> io::Result<Replacing> {
        let copy = memory::sealed("abide-handover", record)?;
        let (answer, answer_end) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
        rustix::io::ioctl_fionbio(&answer, true)?;
        let null = rustix::fs::open("/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty())?;
        let name = self.config.resume.first().map_or(&b"abide"[..], |name| name.as_bytes());
        let arguments = vec![c_string(name), c_string(PROBE.as_bytes())];
        let image = resume::image(vec![c_string(program.as_os_str().as_bytes())], arguments);
        let (pid, report) = fork_exec(&image, &[copy.as_fd(), answer_end.as_fd(), null.as_fd()])?;
        self.watch.add(&answer, Source::Answer, Interest::READ)?;
        let until = Instant::now() + Duration::from_millis(REPLACE_MS);
        Ok(Replacing { program, pid, answer: Some(answer), report, said: Vec::new(), until })
    }

    /// Hears the program's answer.
    pub(super) fn hear_answer(&mut self) {
        let Some(replacing) = &mut self.replacing else { return };
        let Some(answer) = &replacing.answer else { return };
        let mut piece = [0; ANSWER_BYTES_MAX];
        match rustix::io::read(answer, &mut piece) {
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => return,
            Ok(n @ 1..) if replacing.said.len() < ANSWER_BYTES_MAX => {
                return replacing.said.extend_from_slice(piece.get(..n).unwrap_or_default());
            }
            _ => {}
        }
        replacing.answer = None;
        if replacing.said.trim_ascii() == UNDERSTOOD.as_bytes() {
            return;
        }
        let mut bytes = [0; REPORT_BYTES];
        let name = replacing.program.to_string_lossy();
        let why = match rustix::io::read(&replacing.report, &mut bytes) {
            Ok(REPORT_BYTES) => spawn::failure(&name, bytes),
            _ => match String::from_utf8_lossy(&replacing.said).trim() {
                "" => format!("{}: does not know how to go on as keeper", name.escape_debug()),
                said if replacing.said.len() > ANSWER_BYTES_MAX / 2 || said.contains('\u{fffd}') => {
                    format!("{}: does not answer in words", name.escape_debug())
                }
                said => format!("{}: {}", name.escape_debug(), said.escape_debug()),
            },
        };
        self.give_up_replacement(&why);
    }

    fn give_up_replacement(&mut self, why: &str) {
        if let Some(replacing) = self.replacing.take() {
            send(replacing.pid, Number::SIGKILL);
            self.refuse(REPLACE, why);
        }
    }

    /// Becomes the other program, once that has agreed and the daemon has taken its messages. Returns when it is not
    /// time, or it can't be.
    pub(super) fn replace_when_ready(&mut self) {
        let Some(replacing) = &self.replacing else { return };
        if Instant::now() >= replacing.until {
            return self.give_up_replacement("the new program, or this daemon, does not answer");
        }
        if replacing.answer.is_some() || !self.outbox.is_empty() {
            return;
        }
        if self.ending != Ending::No {
            return self.give_up_replacement("the server is ending");
        }
        let program = replacing.program.clone();
        let Err(why) = self.become_other(program);
        self.give_up_replacement(&why);
    }

    fn become_other(&self, program: PathBuf) -> Result<std::convert::Infallible, String> {
        let mut record = self.handover();
        record.keeper.becomes = program.as_os_str().as_bytes().to_vec();
        let say = |e: io::Error| format!("the keeper can't become {}: {e}", program.to_string_lossy());
        let file = memory::sealed("abide-handover", &record.encode()?).map_err(say)?;
        let old = rustix::fs::open("/proc/self/exe", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())
            .map_err(|e| say(e.into()))?;
        let order = Order { record: file.as_raw_fd(), image: Some(old.as_raw_fd()), back: false };
        let image = record.estate.image(vec![c_string(program.as_os_str().as_bytes())], order);
        let mut keep = record.descriptors();
        keep.extend([file.as_raw_fd(), old.as_raw_fd()]);
        log::info!("becoming {}", program.to_string_lossy().escape_debug());
        Err(say(become_program(&image, &keep, true)))
    }
}
