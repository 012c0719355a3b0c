//! What a running command has in its hands, and what it can say at its end.

use std::collections::BTreeSet;

use super::{
    args::Arguments,
    caller::Caller,
    channel::Channels,
    spec::{Spec, TargetSpec},
    surroundings::ModelSurroundings,
    target::{Finder, Found, Target, client_named, current, current_client},
};
use crate::{
    base::{
        geometry::Point,
        ids::{PaneId, SessionId, Ticket, ViewerId, WindowId},
    },
    boundary::Answer,
    formats,
    language::Script,
    session::{Sessions, facts::Sight},
};

/// How a command ends.
pub enum Flow {
    /// The next one runs.
    Next,
    /// These run before the next one.
    Insert(Script),
    /// Nothing of this queue runs until something has happened.
    Wait(Wait),
    /// The rest of the group is dropped, and this is the client's exit status.
    Stop(u8),
    /// The next one runs, and this is the client's exit status.
    Status(u8),
    /// The next one runs; what this one waits for is taken care of beside it.
    Background(Box<Flow>),
}

/// What a queue waits for, and what the command does then.
pub struct Wait {
    /// What for.
    pub on: On,
    /// What then.
    pub resume: Resume,
}

/// What follows a wait.
pub type Resume = Box<dyn FnOnce(&mut Run<'_>, Reply) -> Result<Flow, String>>;

/// What a queue waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum On {
    /// The answer to a question.
    Answer(Ticket),
    /// The end of a prompt that has this ticket.
    Prompt(Ticket),
    /// `wait-for -S`, or the lock of that channel.
    Channel(String),
    /// The client's standard input, to its end.
    Input,
}

/// What has happened.
pub enum Reply {
    /// A question was answered.
    Answer(Answer),
    /// A prompt was answered (true) or given up.
    Prompt(bool),
    /// The channel was signalled.
    Channel,
    /// The standard input.
    Input(Vec<u8>),
}

/// What a command leaves for the queue that runs it.
#[derive(Default)]
pub(super) struct Leavings {
    /// What it printed.
    pub(super) out: Vec<u8>,
    /// Queues of their own that start after it.
    pub(super) background: Vec<(Caller, Script)>,
    /// It attached the client that sent it.
    pub(super) attached: bool,
    /// Faults that do not end it (`source-file` with several files).
    pub(super) faults: Vec<String>,
}

/// A running command.
pub struct Run<'a> {
    /// The model.
    pub model: &'a mut Sessions,
    /// Who runs it.
    pub caller: &'a Caller,
    /// What it was given.
    pub args: &'a Arguments,
    /// Its row.
    pub spec: &'static Spec,
    /// What its target was found to be.
    pub target: Option<Found>,
    /// What its source was found to be.
    pub source: Option<Found>,
    pub(super) channels: &'a mut Channels,
    /// Channels that somebody waits for.
    pub(super) waiting: &'a BTreeSet<String>,
    pub(super) left: &'a mut Leavings,
}

impl Run<'_> {
    /// Prints a line.
    pub fn print(&mut self, line: &str) {
        self.left.out.extend_from_slice(line.as_bytes());
        self.left.out.push(b'\n');
    }

    /// Prints bytes as they are.
    pub fn print_bytes(&mut self, bytes: &[u8]) {
        self.left.out.extend_from_slice(bytes);
    }

    /// Says what is wrong, and goes on.
    pub fn fault(&mut self, text: String) {
        self.left.faults.push(text);
    }

    /// Whether a flag was given.
    #[must_use]
    pub fn has(&self, flag: char) -> bool {
        self.args.has(flag)
    }

    /// The value of a flag.
    #[must_use]
    pub fn text(&self, flag: char) -> Option<String> {
        self.args.text(flag)
    }

    /// The value of a flag, expanded as a format at the target.
    #[must_use]
    pub fn expanded(&self, flag: char) -> Option<String> {
        self.args.text(flag).map(|text| self.expand(&text))
    }

    /// The target, which must be there.
    ///
    /// # Errors
    /// `no current target`.
    pub fn target(&self) -> Result<Target, String> {
        self.target.and_then(|found| found.target()).ok_or_else(|| "no current target".to_owned())
    }

    /// The source, which must be there.
    ///
    /// # Errors
    /// `no current target`.
    pub fn source(&self) -> Result<Target, String> {
        self.source.and_then(|found| found.target()).ok_or_else(|| "no current target".to_owned())
    }

    /// The session of the target.
    ///
    /// # Errors
    /// `no current session`.
    pub fn session(&self) -> Result<SessionId, String> {
        self.target.map(|found| found.session).ok_or_else(|| "no current session".to_owned())
    }

    /// The window of the target.
    ///
    /// # Errors
    /// `no current target`.
    pub fn window(&self) -> Result<WindowId, String> {
        self.target().map(|target| target.window)
    }

    /// The pane of the target.
    ///
    /// # Errors
    /// `no current target`.
    pub fn pane(&self) -> Result<PaneId, String> {
        self.target().map(|target| target.pane)
    }

    /// Finds what a text names, as this command's targets are found.
    ///
    /// # Errors
    /// `can't find window: 7` and its like.
    pub fn find(&self, text: Option<&str>, spec: TargetSpec) -> Result<Found, String> {
        Finder { model: self.model, caller: self.caller }.find(text, spec)
    }

    /// The client that a flag names, or the one that is meant.
    ///
    /// # Errors
    /// `can't find client: x`, `no current client`.
    pub fn client(&self, flag: char) -> Result<ViewerId, String> {
        match self.args.text(flag) {
            Some(name) => client_named(self.model, &name),
            None => current_client(self.model, self.caller).ok_or_else(|| "no current client".to_owned()),
        }
    }

    /// What is meant where the command says nothing.
    #[must_use]
    pub fn current(&self) -> Option<Target> {
        current(self.model, self.caller)
    }

    /// The place that formats see: the target, or what is meant.
    #[must_use]
    pub fn sight(&self) -> Sight<'_> {
        self.sight_at(self.target.and_then(|found| found.target()).or_else(|| self.current()))
    }

    /// Another place that formats see.
    #[must_use]
    pub fn sight_at(&self, target: Option<Target>) -> Sight<'_> {
        let viewer = current_client(self.model, self.caller);
        let mouse = self.caller.mouse.and_then(|mouse| Some((mouse.pane?, mouse.in_pane)));
        // A client of one command has no lines of `#(…)` yet, and is gone before there are any.
        let jobs = self.caller.command.is_none();
        let base = Sight { viewer, mouse, jobs, ..Sight::server(self.model) };
        let sight = match target {
            Some(t) => Sight {
                session: Some(t.session),
                index: Some(t.index),
                window: Some(t.window),
                pane: Some(t.pane),
                ..base
            },
            None => base,
        };
        sight.with("command", self.spec.name)
    }

    /// Expands a format at the target.
    #[must_use]
    pub fn expand(&self, format: &str) -> String {
        formats::expand(format, &self.sight())
    }

    /// Expands a format in which the time may stand, at the target.
    #[must_use]
    pub fn expand_time(&self, format: &str) -> String {
        formats::expand_time(format, &self.sight())
    }

    /// An argument that is commands.
    ///
    /// # Errors
    /// When its text can't be read.
    pub fn script(&mut self, n: usize) -> Result<Option<Script>, String> {
        let args = self.args;
        args.script(n, &mut ModelSurroundings { model: self.model, caller: self.caller })
    }

    /// A text in the command language.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn parse(&mut self, text: &str) -> Result<Script, crate::language::Fault> {
        crate::language::parse(text, &mut ModelSurroundings { model: self.model, caller: self.caller })
    }

    /// Commands that run on their own, after this one.
    pub fn in_background(&mut self, script: Script) {
        let caller = Caller { command: None, tty: None, ..self.caller.clone() };
        self.left.background.push((caller, script));
    }

    /// The mouse event that it runs for.
    ///
    /// # Errors
    /// `no mouse target`.
    pub fn mouse(&self) -> Result<super::caller::MouseAt, String> {
        self.caller.mouse.ok_or_else(|| "no mouse target".to_owned())
    }

    /// Where in a pane the mouse event is that it runs for.
    #[must_use]
    pub fn mouse_in(&self, pane: PaneId) -> Option<Point> {
        self.caller.mouse.filter(|mouse| mouse.pane == Some(pane)).map(|mouse| mouse.in_pane)
    }

    /// A question is asked; what follows runs with its answer.
    #[must_use]
    pub fn ask(
        &mut self,
        question: crate::boundary::Question,
        then: impl FnOnce(&mut Run<'_>, Answer) -> Result<Flow, String> + 'static,
    ) -> Flow {
        let ticket = self.model.ask(question);
        let resume: Resume = Box::new(move |run, reply| match reply {
            Reply::Answer(answer) => then(run, answer),
            _ => Ok(Flow::Next),
        });
        Flow::Wait(Wait { on: On::Answer(ticket), resume })
    }
}
