//! What takes time and is no matter of the loop: files, shell commands, what runs in a pane. Each is done on a
//! thread; its answer comes by the mailbox.

mod command;
mod file;
mod last_line;
mod processes;
mod version;

pub use command::{JOB_OUTPUT_BYTES_MAX, Job, run};
pub use file::read;
pub use last_line::{LINE_BYTES_MAX, last_line};
pub use processes::foreground;
pub use version::version;

use crate::mailbox::{Letter, Slot};
use abide_core::base::ids::{PaneId, Ticket};
use abide_core::boundary::Answer;
use std::collections::BTreeMap;
use std::io::PipeWriter;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Threads at once for files and commands: a status line has a few, a script in a loop has no end.
pub const ERRANDS_MAX: usize = 128;

/// How long the end waits for commands that were told to end; then they are killed all the same, but unseen.
const END_WAIT: Duration = Duration::from_secs(1);

/// Panes to be looked at, each with the process id of its program.
type Look = (Ticket, Vec<(PaneId, u32)>);

type LastLines = Arc<Mutex<BTreeMap<Ticket, PipeWriter>>>;

/// Where errands are handed in.
pub struct Desk {
    slot: Slot,
    /// Threads that run errands.
    running: Arc<AtomicUsize>,
    /// Commands that run for their last line: each is ended when its pipe is closed.
    last_lines: LastLines,
    /// Processes are looked at often, and in no time: one thread does them all.
    processes: Option<Sender<Look>>,
}

impl Desk {
    /// Opens the desk; answers go to that slot.
    #[must_use]
    pub fn open(slot: Slot) -> Desk {
        Desk { slot, running: Arc::default(), last_lines: Arc::default(), processes: None }
    }

    /// Reads a file of at most so many bytes.
    pub fn read_file(&self, ticket: Ticket, path: String, bytes_max: usize) {
        let busy = Answer::File(Err(format!("{path}: too much is being done at once")));
        self.errand(ticket, busy, move || Answer::File(read(std::path::Path::new(&path), bytes_max)));
    }

    /// Asks a program for its version; the answer is a letter of its own. False when too much is being done.
    #[must_use]
    pub fn ask_version(&self, program: &std::path::Path) -> bool {
        let program = program.to_owned();
        self.start(move || Letter::Version(version(&program)))
    }

    /// Runs a shell command.
    pub fn run_job(&self, ticket: Ticket, job: Job) {
        let busy = Answer::Job { status: 255, output: b"too many commands are running at once\n".to_vec() };
        self.errand(ticket, busy, move || {
            let (status, output) = run(&job);
            Answer::Job { status, output }
        });
    }

    /// Runs a shell command for the last line that it prints.
    pub fn run_last_line(&self, ticket: Ticket, job: Job) {
        let fault = |text: String| Answer::Job { status: 255, output: text.into_bytes() };
        let (wanted, held) = match std::io::pipe() {
            Ok(ends) => ends,
            Err(e) => return self.slot.put(Letter::Answer(ticket, fault(e.to_string()))),
        };
        locked(&self.last_lines).insert(ticket, held);
        let (slot, last_lines) = (self.slot.clone(), Arc::clone(&self.last_lines));
        let busy = fault("too many commands are running at once".to_owned());
        let started = self.errand(ticket, busy, move || {
            let tell = |line: &[u8]| slot.put(Letter::Answer(ticket, Answer::Line(line.to_vec())));
            let (status, output) = last_line(&job, &wanted, tell);
            locked(&last_lines).remove(&ticket);
            Answer::Job { status, output }
        });
        if !started {
            locked(&self.last_lines).remove(&ticket);
        }
    }

    /// Ends what runs for its last line.
    pub fn forget(&self, ticket: Ticket) {
        locked(&self.last_lines).remove(&ticket);
    }

    /// Looks at what runs in the foreground of panes, given the process id of each one's program.
    pub fn look_at_processes(&mut self, ticket: Ticket, panes: Vec<(PaneId, u32)>) {
        let orders = self.processes.take().or_else(|| self.start_looking());
        let unsent = match &orders {
            Some(orders) => orders.send((ticket, panes)).err().map(|e| e.0),
            None => Some((ticket, panes)),
        };
        self.processes = orders;
        if let Some((ticket, _)) = unsent {
            self.slot.put(Letter::Answer(ticket, Answer::Processes(Vec::new())));
        }
    }

    fn start_looking(&self) -> Option<Sender<Look>> {
        let (sender, orders) = channel::<Look>();
        let slot = self.slot.clone();
        let looking = std::thread::Builder::new().name("processes".into()).spawn(move || {
            for (ticket, panes) in orders {
                let facts = panes.into_iter().map(|(pane, pid)| (pane, foreground(pid))).collect();
                slot.put(Letter::Answer(ticket, Answer::Processes(facts)));
            }
        });
        looking.inspect_err(|e| log::error!("no thread for process facts: {e}")).ok().map(|_| sender)
    }

    /// Does something on a thread; false when it can't, which is answered with `busy`.
    fn errand(&self, ticket: Ticket, busy: Answer, work: impl FnOnce() -> Answer + Send + 'static) -> bool {
        let started = self.start(move || Letter::Answer(ticket, work()));
        if !started {
            self.slot.put(Letter::Answer(ticket, busy));
        }
        started
    }

    /// Does something on a thread; false when it can't.
    fn start(&self, work: impl FnOnce() -> Letter + Send + 'static) -> bool {
        if self.running.fetch_add(1, Ordering::Relaxed) >= ERRANDS_MAX {
            self.running.fetch_sub(1, Ordering::Relaxed);
            return false;
        }
        let (slot, running) = (self.slot.clone(), Arc::clone(&self.running));
        let started = std::thread::Builder::new().name("errand".into()).spawn(move || {
            let letter = work();
            running.fetch_sub(1, Ordering::Relaxed);
            slot.put(letter);
        });
        if let Err(fault) = &started {
            log::error!("no thread for an errand: {fault}");
            self.running.fetch_sub(1, Ordering::Relaxed);
        }
        started.is_ok()
    }
}

impl Drop for Desk {
    /// What runs for its last line ends with the daemon: nobody is there to read it.
    fn drop(&mut self) {
        let last_lines = std::mem::take(&mut *locked(&self.last_lines));
        if last_lines.is_empty() {
            return;
        }
        let ended = last_lines.len();
        let before = self.running.load(Ordering::Relaxed);
        drop(last_lines);
        let until = Instant::now() + END_WAIT;
        while self.running.load(Ordering::Relaxed) > before.saturating_sub(ended) && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

/// A thread that broke while it held the lock has left a map that is still one.
fn locked(last_lines: &LastLines) -> MutexGuard<'_, BTreeMap<Ticket, PipeWriter>> {
    last_lines.lock().unwrap_or_else(PoisonError::into_inner)
}
