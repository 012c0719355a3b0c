//! Answers of threads that work for the loop: each puts its letter in and rings.

use abide_core::base::ids::Ticket;
use abide_core::boundary::Answer;
use mio::{Poll, Waker};
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

/// What a thread can tell.
#[derive(Debug)]
pub enum Letter {
    /// A question's answer.
    Answer(Ticket, Answer),
    /// A line for `show-messages`.
    Notice(String),
    /// The version of the program that an upgrade wants, or one sentence why it is none.
    Version(Result<String, String>),
}

/// A slot of the mailbox, for a thread.
#[derive(Clone, Debug)]
pub struct Slot {
    letters: Sender<Letter>,
    waker: Arc<Waker>,
}

impl Slot {
    /// Puts a letter in. When the loop has ended nobody waits for it.
    pub fn put(&self, letter: Letter) {
        if self.letters.send(letter).is_ok() {
            self.ring();
        }
    }

    /// Wakes the loop.
    pub fn ring(&self) {
        let _ = self.waker.wake();
    }
}

/// The loop's end.
#[derive(Debug)]
pub(crate) struct Mailbox {
    letters: Receiver<Letter>,
    pub(crate) slot: Slot,
}

impl Mailbox {
    pub(crate) fn new(poll: &Poll, token: mio::Token) -> io::Result<Mailbox> {
        let waker = Arc::new(Waker::new(poll.registry(), token)?);
        let (sender, letters) = channel();
        Ok(Mailbox { letters, slot: Slot { letters: sender, waker } })
    }

    pub(crate) fn letters(&self) -> Vec<Letter> {
        self.letters.try_iter().collect()
    }
}
