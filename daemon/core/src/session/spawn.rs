//! Making panes and starting programs in them.

use super::{Environment, Pane, PaneState, Sessions, names::tidy, settings::Place};
use crate::{
    base::{
        geometry::Size,
        ids::{PaneId, SessionId, WindowId},
        limits::PANES_MAX,
    },
    boundary::{Effect, ProcessFacts, Program},
    options::OptionNode,
    screen::Screen,
};

/// What to start in a new pane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// Words of the command: none for the default command or shell, one for the shell to read.
    pub words: Vec<String>,
    /// Where; empty for the session's directory.
    pub cwd: String,
    /// Variables on top of the session's (`-e`).
    pub environment: Environment,
    /// No program at all: a pane that is written to (`split-window ''`, `-I`).
    pub empty: bool,
}

impl Sessions {
    /// The program for a pane of a session, with its whole environment.
    #[must_use]
    pub fn program(&self, session: SessionId, pane: PaneId, start: &Start) -> Program {
        let scope = Place::Session(Some(session));
        let own = self.sessions.get(&session);
        let empty = Environment::default();
        let mut variables = self.environment.merged(own.map_or(&empty, |s| &s.environment));
        let shell = self.shell(scope);
        let cwd = match (start.cwd.as_str(), own) {
            ("", Some(session)) if !session.cwd.is_empty() => session.cwd.clone(),
            ("", _) => self.facts.home.clone(),
            (cwd, _) => cwd.to_owned(),
        };
        let tmux = format!("{},{},{}", self.facts.socket_path, self.facts.pid, session.0);
        // What describes the terminal that the server was started in is wrong in a pane.
        for stale in ["TERMCAP", "LINES", "COLUMNS"] {
            variables.remove(stale);
        }
        for (name, value) in [
            ("TERM", self.options(Place::Server).text("default-terminal").to_owned()),
            ("TERM_PROGRAM", "abide".to_owned()),
            ("TERM_PROGRAM_VERSION", env!("CARGO_PKG_VERSION").to_owned()),
            ("COLORTERM", "truecolor".to_owned()),
            ("SHELL", shell.clone()),
            ("PWD", cwd.clone()),
            ("ABIDE", tmux.clone()),
            ("ABIDE_PANE", pane.to_string()),
            ("TMUX", tmux),
            ("TMUX_PANE", pane.to_string()),
        ] {
            variables.insert(name.to_owned(), value);
        }
        for (name, variable) in start.environment.iter() {
            match &variable.value {
                Some(value) => variables.insert(name.to_owned(), value.clone()),
                None => variables.remove(name),
            };
        }
        let default = self.options(scope).text("default-command").to_owned();
        let words =
            if start.words.is_empty() && !default.is_empty() { vec![default] } else { start.words.clone() };
        Program { words, shell, cwd, environment: variables.into_iter().collect() }
    }

    fn shell(&self, scope: Place) -> String {
        let option = self.options(scope).text("default-shell");
        match [option, self.facts.shell.as_str()].into_iter().find(|shell| shell.starts_with('/')) {
            Some(shell) => shell.to_owned(),
            None => "/bin/sh".to_owned(),
        }
    }

    /// A new pane with its program on the way. It is in no layout yet.
    ///
    /// # Errors
    /// When there are too many panes.
    pub(super) fn new_pane(
        &mut self,
        session: SessionId,
        window: WindowId,
        size: Size,
        start: &Start,
    ) -> Result<PaneId, String> {
        if self.panes.len() >= PANES_MAX {
            return Err(format!("too many panes: at most {PANES_MAX}"));
        }
        let id = PaneId(self.counters.pane);
        self.counters.pane += 1;
        let program = self.program(session, id, start);
        let lines = self.history_lines_max(session);
        let point = self.tick();
        let state = if start.empty { PaneState::Empty } else { PaneState::Starting };
        let pane = Pane {
            id,
            window,
            screen: Screen::new(size, lines),
            state,
            start_cwd: program.cwd.clone(),
            title: tidy(&self.facts.host),
            shell_line: String::new(),
            retype: None,
            tty: String::new(),
            pid: 0,
            process: ProcessFacts::default(),
            process_due: None,
            process_asked: self.now.instant,
            mode: None,
            options: OptionNode::default(),
            input_off: false,
            pty_size: None,
            typed_early: Vec::new(),
            revived_from: None,
            output_offset: 0,
            replied_offset: 0,
            held_since: None,
            output_at: self.now.instant,
            active_point: point,
            program,
        };
        if !start.empty {
            self.push(Effect::SpawnPty { pane: id, program: pane.program.clone(), size });
        }
        self.panes.insert(id, pane);
        self.changed();
        Ok(id)
    }

    /// Lines of history that panes of a session keep (`history-limit`).
    #[must_use]
    pub fn history_lines_max(&self, session: SessionId) -> u32 {
        let wanted = self.options(Place::Session(Some(session))).number("history-limit");
        u32::try_from(wanted.max(0)).unwrap_or(u32::MAX)
    }

    /// Starts a program anew in a pane that is there (`respawn-pane`); what still runs in it is ended.
    ///
    /// # Errors
    /// When the pane is gone, or its program still runs and `kill` is false.
    pub fn respawn(&mut self, pane: PaneId, start: Option<&Start>, kill: bool) -> Result<(), String> {
        let Some(session) = self.session_of_pane(pane) else {
            return Err(format!("can't find pane: {pane}"));
        };
        let Some(found) = self.panes.get(&pane) else { return Err(format!("can't find pane: {pane}")) };
        if !found.is_dead() && found.state != PaneState::Empty && !kill {
            return Err(format!("pane {} still active", self.pane_path(pane)));
        }
        let again =
            Start { words: found.program.words.clone(), cwd: found.program.cwd.clone(), ..Start::default() };
        let program = self.program(session, pane, start.unwrap_or(&again));
        let Some(found) = self.panes.get_mut(&pane) else { return Ok(()) };
        let size = found.screen.size();
        found.screen.reset_modes();
        found.start_cwd.clone_from(&program.cwd);
        found.program = program.clone();
        found.state = PaneState::Starting;
        found.mode = None;
        found.pty_size = None;
        // The keeper counts a new pty's bytes from 0 again.
        found.output_offset = 0;
        found.replied_offset = 0;
        self.push(Effect::ReleasePty(pane));
        self.push(Effect::SpawnPty { pane, program, size });
        self.changed();
        Ok(())
    }

    /// `session:window.pane` by numbers, as error texts have it.
    #[must_use]
    pub fn pane_path(&self, pane: PaneId) -> String {
        let path = || {
            let window = self.panes.get(&pane)?.window;
            let session = self.sessions_of(window).next()?;
            let position = self.windows.get(&window)?.pane_position(pane)?;
            Some(format!("{}:{}.{position}", session.name, session.index_of(window)?))
        };
        path().unwrap_or_else(|| pane.to_string())
    }

    /// A session that the pane's window is linked into: the one used last.
    #[must_use]
    pub fn session_of_pane(&self, pane: PaneId) -> Option<SessionId> {
        let window = self.panes.get(&pane)?.window;
        self.sessions_of(window).max_by_key(|s| s.used).map(|s| s.id)
    }
}
