//! What takes time and is no matter of the loop: files, shell commands, what runs in a pane. Each is done on a
//! thread; its answer comes by the mailbox.

mod command;
mod file;
mod processes;

pub use command::{JOB_OUTPUT_BYTES_MAX, Job, run};
pub use file::read;
pub use processes::foreground;

use crate::reactor::{Letter, Slot};
use abide_core::base::ids::{PaneId, Ticket};
use abide_core::server::Answer;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};

/// Threads at once for files and commands: a status line has a few, a script in a loop has no end.
pub const ERRANDS_MAX: usize = 128;

/// Panes to be looked at, each with the process id of its program.
type Look = (Ticket, Vec<(PaneId, u32)>);

/// Where errands are handed in.
pub struct Desk {
    slot: Slot,
    /// Threads that run errands.
    running: Arc<AtomicUsize>,
    /// Processes are looked at often, and in no time: one thread does them all.
    processes: Option<Sender<Look>>,
}

impl Desk {
    /// Opens the desk; answers go to that slot.
    #[must_use]
    pub fn open(slot: Slot) -> Desk {
        Desk { slot, running: Arc::default(), processes: None }
    }

    /// Reads a file of at most so many bytes.
    pub fn read_file(&self, ticket: Ticket, path: String, bytes_max: usize) {
        let busy = Answer::File(Err(format!("{path}: too much is being done at once")));
        self.errand(ticket, busy, move || Answer::File(read(std::path::Path::new(&path), bytes_max)));
    }

    /// Runs a shell command.
    pub fn run_job(&self, ticket: Ticket, job: Job) {
        let busy = Answer::Job { status: 255, output: b"too many commands are running at once\n".to_vec() };
        self.errand(ticket, busy, move || {
            let (status, output) = run(&job);
            Answer::Job { status, output }
        });
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

    fn errand(&self, ticket: Ticket, busy: Answer, work: impl FnOnce() -> Answer + Send + 'static) {
        if self.running.fetch_add(1, Ordering::Relaxed) >= ERRANDS_MAX {
            self.running.fetch_sub(1, Ordering::Relaxed);
            self.slot.put(Letter::Answer(ticket, busy));
            return;
        }
        let (slot, running) = (self.slot.clone(), Arc::clone(&self.running));
        let started = std::thread::Builder::new().name("errand".into()).spawn(move || {
            let answer = work();
            running.fetch_sub(1, Ordering::Relaxed);
            slot.put(Letter::Answer(ticket, answer));
        });
        if let Err(fault) = started {
            log::error!("no thread for an errand: {fault}");
            self.running.fetch_sub(1, Ordering::Relaxed);
            self.slot.put(Letter::Answer(ticket, busy));
        }
    }
}
