//! `#(command)` in formats: shell commands that run beside the server, and the last line that each printed.
//!
//! As tmux has it: the first time there is nothing yet, a command that still has not said anything in the next
//! second shows `<'command' not ready>`, and when it has said something whoever looks is shown it. A command is run
//! again when it is asked for in a later second than it began and ended in; status lines ask at each
//! `status-interval`. Unlike tmux, a slow command is not run again by the redraw that its own end causes.
//!
//! A format is expanded while the model is read, so asking only leaves a note; [`Sessions::run_format_jobs`] acts
//! on the notes at the end of the turn. Nothing of this outlives the daemon: the next one asks again.

use super::{Environment, Sessions};
use crate::{
    base::{
        ids::{PaneId, SessionId, Ticket, ViewerId, WindowId},
        instant::{Instant, Now},
        limits::{
            FORMAT_JOB_QUIET_MS_MAX, FORMAT_JOB_UNASKED_MS_MAX, FORMAT_JOBS_MAX, FORMAT_JOBS_RUNNING_MAX,
            FORMAT_LINE_BYTES_MAX,
        },
    },
    boundary::{Effect, Question},
};
use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
};

/// When a command that changed too soon to be run again is looked at again.
const AGAIN_MS: u64 = 1000;

/// The member of a loop that a format stands in: each has lines of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Within {
    /// In none.
    #[default]
    Nothing,
    /// `S:`.
    Session(SessionId),
    /// `W:`.
    Window(WindowId),
    /// `P:`, or a pane's border.
    Pane(PaneId),
    /// `L:`.
    Client(ViewerId),
}

/// What a line belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct JobKey {
    /// Who looks.
    pub viewer: Option<ViewerId>,
    /// Where in loops.
    pub within: Within,
    /// The command as the format has it.
    pub command: String,
}

/// One command.
#[derive(Debug, Default)]
struct FormatJob {
    /// As it was last run, its own formats expanded.
    expanded: String,
    /// The last line that it printed.
    line: Option<String>,
    /// Its ticket while it runs.
    running: Option<Ticket>,
    /// The second (of the wall clock) in which it was last run.
    began: Option<i64>,
    /// The second in which it last ended.
    ended: Option<i64>,
    /// When it last printed a line, or began.
    heard: Instant,
    /// When it was last asked for.
    asked: Instant,
}

/// All of them.
#[derive(Default)]
pub struct FormatJobs {
    jobs: BTreeMap<JobKey, FormatJob>,
    tickets: BTreeMap<Ticket, JobKey>,
    /// What formats asked for since the last look, with the command expanded.
    asked: Cell<Vec<(JobKey, String)>>,
    again: Option<Instant>,
}

impl FormatJobs {
    /// The line to show for a command. That somebody asked is noted.
    #[must_use]
    pub fn line(&self, key: JobKey, expanded: &str, now: Now) -> String {
        let line = match self.jobs.get(&key) {
            Some(FormatJob { line: Some(line), .. }) => line.clone(),
            Some(FormatJob { running: Some(_), began: Some(began), .. }) if now.wall_seconds - began > 1 => {
                format!("<'{}' not ready>", key.command)
            }
            _ => String::new(),
        };
        let mut asked = self.asked.take();
        if asked.len() < FORMAT_JOBS_MAX {
            asked.push((key, expanded.to_owned()));
        }
        self.asked.set(asked);
        line
    }

    /// All lines that are remembered.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.jobs.values().filter_map(|job| job.line.as_deref())
    }

    /// When a command is to be looked at again.
    #[must_use]
    pub fn again(&self) -> Option<Instant> {
        self.again
    }

    /// Lets go of what a command runs as; its answer will find nobody.
    fn stop(&mut self, key: &JobKey) -> Option<Ticket> {
        let ticket = self.jobs.get_mut(key)?.running.take()?;
        self.tickets.remove(&ticket);
        Some(ticket)
    }

    fn forget(&mut self, gone: impl Fn(&JobKey, &FormatJob) -> bool) -> Vec<Ticket> {
        let keys: Vec<JobKey> =
            self.jobs.iter().filter(|(key, job)| gone(key, job)).map(|(key, _)| key.clone()).collect();
        keys.iter()
            .filter_map(|key| {
                let ticket = self.stop(key);
                self.jobs.remove(key);
                ticket
            })
            .collect()
    }
}

impl Sessions {
    /// Runs what formats asked for, as far as it is time; at the end of each turn.
    pub fn run_format_jobs(&mut self) {
        let asked = self.format_jobs.asked.take();
        if asked.is_empty() {
            return;
        }
        let now = self.now;
        let second = now.wall_seconds;
        let unasked =
            |_: &JobKey, job: &FormatJob| now.instant.since_ms(job.asked) >= FORMAT_JOB_UNASKED_MS_MAX;
        let mut stopped = self.format_jobs.forget(unasked);
        let mut begin = Vec::new();
        let mut seen = BTreeSet::new();
        for (key, expanded) in asked {
            let known = &mut self.format_jobs;
            if !known.jobs.contains_key(&key) && known.jobs.len() >= FORMAT_JOBS_MAX {
                continue;
            }
            // Two places that see the same command differently don't chase each other: the first counts.
            if !seen.insert(key.clone()) {
                continue;
            }
            let job = known.jobs.entry(key.clone()).or_default();
            job.asked = now.instant;
            let changed = job.began.is_some() && job.expanded != expanded;
            if changed && job.began == Some(second) {
                known.again.get_or_insert(now.instant.after_ms(AGAIN_MS));
                continue;
            }
            let hangs = job.running.is_some() && now.instant.since_ms(job.heard) >= FORMAT_JOB_QUIET_MS_MAX;
            let rests = job.began != Some(second) && job.ended != Some(second);
            if changed || hangs {
                stopped.extend(known.stop(&key));
            } else if job.running.is_some() || !rests {
                continue;
            }
            if known.tickets.len() + begin.len() < FORMAT_JOBS_RUNNING_MAX {
                begin.push((key, expanded));
            }
        }
        for ticket in stopped {
            self.push(Effect::Forget(ticket));
        }
        for (key, expanded) in begin {
            self.begin_format_job(key, expanded);
        }
    }

    fn begin_format_job(&mut self, key: JobKey, expanded: String) {
        let session = key.viewer.and_then(|v| self.viewers.get(&v)).and_then(super::Viewer::session);
        let cwd = session.and_then(|s| self.sessions.get(&s)).map(|s| s.cwd.clone());
        let question = Question::LastLine {
            command: expanded.clone(),
            cwd: cwd.filter(|cwd| !cwd.is_empty()).unwrap_or_else(|| self.facts.home.clone()),
            environment: self.format_job_environment(),
        };
        let now = self.now;
        let ticket = self.ask(question);
        if let Some(job) = self.format_jobs.jobs.get_mut(&key) {
            job.running = Some(ticket);
            job.began = Some(now.wall_seconds);
            job.heard = now.instant;
            job.expanded = expanded;
            self.format_jobs.tickets.insert(ticket, key);
        }
    }

    /// The global variables, and which server this is; it belongs to no session.
    fn format_job_environment(&self) -> Vec<(String, String)> {
        let mut variables = self.environment.merged(&Environment::default());
        let server = format!("{},{},-1", self.facts.socket_path, self.facts.pid);
        let term = self.options(super::Place::Server).text("default-terminal").to_owned();
        for (name, value) in [("TERM", term), ("ABIDE", server.clone()), ("TMUX", server)] {
            variables.insert(name.to_owned(), value);
        }
        variables.into_iter().collect()
    }

    /// A command of a format printed a line, or (`ended`) has ended with that as its last one. False when the
    /// ticket is not one of these.
    pub fn format_job_said(&mut self, ticket: Ticket, line: &[u8], ended: bool) -> bool {
        let now = self.now;
        let known = &mut self.format_jobs;
        let Some(key) = known.tickets.get(&ticket).cloned() else { return false };
        if ended {
            known.tickets.remove(&ticket);
        }
        let Some(job) = known.jobs.get_mut(&key) else { return true };
        job.heard = now.instant;
        if ended {
            job.running = None;
            job.ended = Some(now.wall_seconds);
        }
        let mut line = String::from_utf8_lossy(line).into_owned();
        let end = (0..=FORMAT_LINE_BYTES_MAX.min(line.len())).rev().find(|at| line.is_char_boundary(*at));
        line.truncate(end.unwrap_or(0));
        if job.line.as_ref() != Some(&line) {
            job.line = Some(line);
            self.redraw_for(key.viewer);
        }
        true
    }

    /// A viewer is gone: nobody looks at its lines.
    pub(super) fn forget_format_jobs(&mut self, viewer: ViewerId) {
        for ticket in self.format_jobs.forget(|key, _| key.viewer == Some(viewer)) {
            self.push(Effect::Forget(ticket));
        }
    }

    /// Looks again at what could not be run when it was asked for.
    pub fn look_at_format_jobs_again(&mut self) {
        let now = self.now.instant;
        if self.format_jobs.again.is_some_and(|at| at <= now) {
            self.format_jobs.again = None;
            self.redraw();
        }
    }

    fn redraw_for(&mut self, viewer: Option<ViewerId>) {
        let Some(viewer) = viewer else { return };
        let surfaces = self.viewers.get_mut(&viewer).into_iter().flat_map(|v| v.surfaces.values_mut());
        for surface in surfaces {
            surface.dirty = true;
            surface.around_stale = true;
        }
    }
}
