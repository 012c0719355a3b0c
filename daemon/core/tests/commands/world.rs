//! A server with a keeper, files and shell commands that are made up.

use abide_core::{
    base::{
        geometry::Size,
        ids::{PaneId, Ticket, ViewerId},
        instant::{Instant, Now},
    },
    boundary::{Answer, Effect, HostFacts, Input, Occasion, PtyFacts, Question},
    commands::Caller,
    language::{Bare, Script, Word, parse},
    server::Server,
    session::Overlay,
};
use abide_protocol::{
    message::{
        ClientMessage, Command, CommandInput, Hello, Input as Typed, InputEvent, ServerMessage, Stream,
        ViewerKind,
    },
    version::SPOKEN,
};
use std::fmt::Write as _;

pub(crate) struct World {
    pub(crate) server: Server,
    now: Now,
    viewers: u64,
    terminal: Option<ViewerId>,
    inputs: u64,
    asked: Vec<(Ticket, Question)>,
    silent: bool,
    output: String,
    last_pane: PaneId,
    waiting: bool,
}

impl World {
    pub(crate) fn new(config: &[(&str, Vec<u8>)]) -> World {
        World::build(config, false)
    }

    /// One whose questions are answered only when that is asked for.
    pub(crate) fn silent(config: &[(&str, Vec<u8>)]) -> World {
        World::build(config, true)
    }

    fn build(config: &[(&str, Vec<u8>)], silent: bool) -> World {
        // 2025-11-24 17:01:01 UTC.
        let now = Now { instant: Instant(1_000_000), wall_seconds: 1_764_003_661, zone_seconds: 0 };
        let facts = HostFacts {
            pid: 4242,
            keeper_pid: 4241,
            host: "box.example.org".split('.').next().unwrap().to_owned(),
            user: "me".to_owned(),
            home: "/home/me".to_owned(),
            shell: "/bin/bash".to_owned(),
            socket_path: "/run/abide/default".to_owned(),
            environment: vec![
                ("HOME".to_owned(), "/home/me".to_owned()),
                ("PATH".to_owned(), "/bin".to_owned()),
            ],
            epoch: 7,
            started: now,
            occasion: Occasion::Usual,
        };
        let config = config.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.clone())).collect();
        let mut world = World {
            server: Server::new(facts, config, now),
            now,
            viewers: 0,
            terminal: None,
            inputs: 0,
            asked: Vec::new(),
            silent,
            output: String::new(),
            last_pane: PaneId(0),
            waiting: false,
        };
        world.carry_out(None);
        world
    }

    fn handle(&mut self, input: Input<'_>, viewer: Option<ViewerId>) {
        self.server.handle(self.now, input);
        self.carry_out(viewer);
    }

    fn carry_out(&mut self, viewer: Option<ViewerId>) {
        loop {
            let effects = self.server.effects();
            if effects.is_empty() {
                break;
            }
            for effect in effects {
                match effect {
                    Effect::SpawnPty { pane, .. } => {
                        self.last_pane = pane;
                        let facts = PtyFacts { pid: 5000 + pane.0, tty: format!("/dev/pts/{}", pane.0) };
                        self.server.handle(self.now, Input::PtyOpened(pane, Ok(facts)));
                    }
                    Effect::WritePty(pane, _, bytes) => {
                        let text = String::from_utf8_lossy(&bytes).escape_debug().to_string();
                        let _ = writeln!(self.output, "W {pane} {text}");
                    }
                    Effect::Ask(ticket, Question::Commit(_)) => {
                        self.server.handle(self.now, Input::Answered(ticket, Answer::Committed));
                    }
                    Effect::Ask(ticket, question) if self.silent => self.asked.push((ticket, question)),
                    Effect::Ask(ticket, question) => {
                        if let Some(answer) = answer(&question) {
                            self.server.handle(self.now, Input::Answered(ticket, answer));
                        }
                    }
                    Effect::TellViewer(to, message) => self.told(to, message, viewer),
                    Effect::KeepStoreAt(place) => self.output.push_str(&format!("> store at {place}\n")),
                    Effect::ExpireStored { days } => {
                        self.output.push_str(&format!("> stored sessions expire after {days} days\n"));
                    }
                    Effect::Shutdown => self.output.push_str("> shutdown\n"),
                    _ => {}
                }
            }
        }
    }

    fn told(&mut self, to: ViewerId, message: ServerMessage, viewer: Option<ViewerId>) {
        let own = Some(to) == viewer || Some(to) == self.terminal;
        if !own && !matches!(message, ServerMessage::Output(_)) {
            return;
        }
        match message {
            ServerMessage::Output(output) => {
                let text = String::from_utf8_lossy(&output.text).into_owned();
                for line in text.split_inclusive('\n') {
                    let mark = if output.stream == Stream::Err { "! " } else { "" };
                    let line = if line == "\n" { "(blank)\n" } else { line };
                    let end = if line.ends_with('\n') { "" } else { "\u{b6}\n" };
                    let _ = write!(self.output, "{mark}{line}{end}");
                }
            }
            ServerMessage::Done(done) => {
                self.waiting = false;
                if done.status != 0 {
                    let _ = writeln!(self.output, "= {}", done.status);
                }
            }
            ServerMessage::Attached(attached) => {
                self.waiting = false;
                let _ = writeln!(self.output, "> attached {}", attached.session_name);
            }
            ServerMessage::Detached(detached) => {
                let _ = writeln!(self.output, "> detached {} {:?}", detached.name, detached.reason);
            }
            ServerMessage::ReadInput(read) => {
                let text = b"from\nstdin\n".to_vec();
                let input = CommandInput { id: read.id, last: true, text };
                self.server.handle(self.now, Input::ViewerSaid(to, ClientMessage::CommandInput(input)));
            }
            ServerMessage::Event(abide_protocol::message::Event::Clipboard(bytes)) => {
                let _ =
                    writeln!(self.output, "> clipboard {}", String::from_utf8_lossy(&bytes).escape_debug());
            }
            _ => {}
        }
    }

    fn join(&mut self, terminal: bool) -> ViewerId {
        self.viewers += 1;
        let viewer = ViewerId(self.viewers);
        self.handle(Input::ViewerJoined(viewer), None);
        let hello = Hello {
            pid: 7000 + u32::try_from(self.viewers).unwrap(),
            cwd: "/work".to_owned(),
            tty: if terminal { format!("/dev/tty{}", self.viewers) } else { String::new() },
            kind: if terminal { ViewerKind::Terminal } else { ViewerKind::Program },
            term: "xterm-256color".to_owned(),
            client: self.viewers,
            features: Vec::new(),
            versions: SPOKEN,
            environment: vec![("DISPLAY".to_owned(), ":1".to_owned()), ("OTHER".to_owned(), "x".to_owned())],
        };
        self.handle(Input::ViewerSaid(viewer, ClientMessage::Hello(hello)), None);
        viewer
    }

    /// One line of a case; what follows from it.
    pub(crate) fn act(&mut self, kind: &str, rest: &str) -> String {
        self.now.instant = self.now.instant.after_ms(1000);
        match kind {
            "#" => {}
            "$" | "T" => {
                let words = words(rest);
                if kind == "T" {
                    let viewer = self.join(true);
                    self.terminal = Some(viewer);
                    self.command(viewer, &words, true);
                } else {
                    self.words(&words);
                }
            }
            "K" => self.keys(rest),
            "P" => {
                let bytes = rest.replace("\\n", "\r\n").replace("\\e", "\u{1b}").into_bytes();
                let pane = self.last_pane;
                let offset =
                    self.server.model.panes.get(&pane).map_or(0, |p| p.output_offset) + bytes.len() as u64;
                self.handle(Input::PtyOutput(pane, offset, &bytes), None);
            }
            other => panic!("what is {other}?"),
        }
        std::mem::take(&mut self.output)
    }

    /// A command of a script that leaves right after.
    pub(crate) fn words(&mut self, words: &[String]) {
        let viewer = self.join(false);
        self.command(viewer, words, false);
        if std::mem::take(&mut self.waiting) {
            self.output.push_str("(waits)\n");
        } else {
            self.handle(Input::ViewerGone(viewer), None);
        }
    }

    fn command(&mut self, viewer: ViewerId, words: &[String], tty: bool) {
        let size = if tty { Size::new(80, 25) } else { Size::new(1, 1) };
        let size = abide_protocol::message::Size {
            cols: if tty { size.cols } else { 0 },
            rows: if tty { size.rows } else { 0 },
        };
        let command = Command { id: 1, size, words: words.to_vec(), surface: 1 };
        self.waiting = true;
        self.handle(Input::ViewerSaid(viewer, ClientMessage::Command(command)), Some(viewer));
    }

    /// Commands that are read already, as a configuration file's.
    pub(crate) fn script(&mut self, script: Script) {
        let words: Vec<String> = script.commands().flat_map(|c| c.words.iter().map(Word::to_text)).collect();
        let _ = words;
        let mut queues = abide_core::commands::Queues::default();
        queues.script(&mut self.server.model, Caller::file("listing"), script);
        assert_eq!(queues.take_config_faults(), Vec::<String>::new());
        self.carry_out(None);
    }

    fn keys(&mut self, keys: &str) {
        let Some(viewer) = self.terminal else { panic!("no terminal") };
        for key in tokens(keys) {
            self.inputs += 1;
            self.now.instant = self.now.instant.after_ms(10);
            let events = match key.strip_prefix('"').filter(|text| !text.is_empty()) {
                Some(text) => {
                    text.trim_end_matches('"').chars().map(|c| InputEvent::Key(c.to_string())).collect()
                }
                None => vec![InputEvent::Key(key.to_owned())],
            };
            let typed = Typed { seq: self.inputs, events, surface: 1 };
            self.handle(Input::ViewerSaid(viewer, ClientMessage::Input(typed)), Some(viewer));
        }
        let overlay = self.server.model.viewers.get(&viewer).and_then(|v| v.overlay.as_ref());
        let line = match overlay {
            Some(Overlay::Message { text, .. }) => Some(format!("~ {text}\n")),
            Some(Overlay::Prompt { prompt, .. }) => {
                let style = abide_protocol::message::Style::default();
                let (row, _) = prompt.row(60, &style, &style);
                Some(format!("~ {}\n", row_text(&row)))
            }
            Some(Overlay::Confirm { confirm, .. }) => Some(format!("~ {}\n", confirm.prompt)),
            Some(Overlay::Panes { .. }) => Some("~ panes\n".to_owned()),
            None => None,
        };
        self.output.extend(line);
    }

    /// Answers what was asked, and what is asked then.
    pub(crate) fn answer_all(&mut self) -> String {
        self.silent = false;
        let viewer = ViewerId(self.viewers);
        for (ticket, question) in std::mem::take(&mut self.asked) {
            if let Some(answer) = answer(&question) {
                self.handle(Input::Answered(ticket, answer), Some(viewer));
            }
        }
        std::mem::take(&mut self.output)
    }
}

fn row_text(row: &abide_core::modes::styled::StyledRow) -> String {
    row.pieces.iter().map(|piece| piece.text.as_str()).collect::<String>().trim_end().to_owned()
}

/// Keys between blanks; text between double quotes is one.
fn tokens(line: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let quoted = rest.strip_prefix('"').and_then(|text| text.find('"')).filter(|end| *end > 0);
        let end = match quoted {
            Some(end) => end + 2,
            None => rest.find(' ').unwrap_or(rest.len()),
        };
        tokens.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    tokens
}

/// Splits a line as a shell would: quotes are the command language's, `\;` is the word `;`.
fn words(line: &str) -> Vec<String> {
    let script = parse(line, &mut Bare).unwrap_or_else(|fault| panic!("{line}: {fault}"));
    let commands: Vec<_> = script.commands().collect();
    assert_eq!(commands.len(), 1, "one command line: {line}");
    commands[0]
        .words
        .iter()
        .map(|word| if let Word::Block(b) = word { format!("{{ {b} }}") } else { word.to_text() })
        .collect()
}

fn answer(question: &Question) -> Option<Answer> {
    Some(match question {
        Question::Job { command, input, .. } => match command.as_str() {
            "true" => Answer::Job { status: 0, output: Vec::new() },
            "false" => Answer::Job { status: 1, output: Vec::new() },
            "fail" => Answer::Job { status: 3, output: b"partly\n".to_vec() },
            "killed" => Answer::Job { status: 137, output: Vec::new() },
            other if other.starts_with("cat >") => Answer::Job { status: 0, output: Vec::new() },
            other => {
                let mut output = format!("ran {other}\n").into_bytes();
                output.extend_from_slice(input);
                Answer::Job { status: 0, output }
            }
        },
        Question::Upgrade { program, .. } => Answer::NotUpgraded(format!("`{program}` can't be run")),
        Question::ReadFile(path, _) => Answer::File(match path.as_str() {
            "/conf/good" => Ok(b"set -g @file good\ndisplay -p from-file ; display -p again\n".to_vec()),
            "/conf/bad" => Ok(b"set -g @bad 1\n\nnosuch command\n".to_vec()),
            "/conf/syntax" => Ok(b"set -g @x {\n".to_vec()),
            "/conf/partly" => Ok(b"kill-window -t :9 ; display -p not\ndisplay -p yes\n".to_vec()),
            "/work/relative" => Ok(b"display -p relative\n".to_vec()),
            "/conf/loop" => Ok(b"source-file /conf/loop\n".to_vec()),
            path => Err(format!("{path}: No such file or directory")),
        }),
        _ => return None,
    })
}
