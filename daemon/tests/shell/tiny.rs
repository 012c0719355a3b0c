//! The smallest core that needs all of the shell: panes that run a command, one viewer command each to start
//! one, type into one and see one.

use abide::boot::server::Rebuild;
use abide::reactor::ports::Core;
use abide_core::base::geometry::Size;
use abide_core::base::ids::{PaneId, ViewerId};
use abide_core::base::instant::{Instant, Now};
use abide_core::boundary::Records;
use abide_core::boundary::{Effect, HostFacts, Input, InputMark, Program, PtyFacts};
use abide_core::screen::{CellText, Screen};
use abide_protocol::message::{ClientMessage, Command, Done, Output, ServerMessage, Stream, Welcome};
use std::collections::BTreeMap;

pub(crate) const SIZE: Size = Size { cols: 20, rows: 5 };
pub(crate) const HISTORY: u32 = 100_000;

#[derive(Default)]
pub(crate) struct Tiny {
    facts: HostFacts,
    panes: BTreeMap<PaneId, Pane>,
    effects: Vec<Effect>,
    dirty: bool,
    messages: Vec<String>,
    typed: u64,
}

struct Pane {
    screen: Screen,
    replies_until: u64,
    exited: Option<String>,
}

impl Pane {
    fn new() -> Pane {
        Pane { screen: Screen::new(SIZE, HISTORY), replies_until: 0, exited: None }
    }
}

impl Tiny {
    fn obey(&mut self, viewer: ViewerId, command: &Command) {
        let words: Vec<&str> = command.words.iter().map(String::as_str).collect();
        let text = match words.as_slice() {
            ["pid"] => format!("{} {}", self.facts.pid, self.facts.keeper_pid),
            ["start", shell_command] => {
                let id = PaneId(self.panes.keys().next_back().map_or(1, |p| p.0 + 1));
                self.panes.insert(id, Pane::new());
                self.dirty = true;
                let program = Program {
                    words: vec![(*shell_command).to_owned()],
                    shell: "/bin/sh".into(),
                    cwd: "/".into(),
                    environment: vec![
                        ("PATH".into(), "/usr/bin:/bin".into()),
                        ("TERM".into(), "screen".into()),
                    ],
                };
                self.effects.push(Effect::SpawnPty { pane: id, program, size: SIZE });
                id.0.to_string()
            }
            ["type", pane, text] => {
                let id = PaneId(pane.parse().expect("a pane"));
                self.typed += 1;
                let mark = InputMark { client: 7, seq: self.typed };
                self.effects.push(Effect::WritePty(id, mark, text.as_bytes().to_vec()));
                String::new()
            }
            ["see", pane] => {
                let pane = self.panes.get(&PaneId(pane.parse().expect("a pane")));
                pane.map_or("none".to_owned(), |p| text(&p.screen))
            }
            ["ended", pane] => {
                let pane = self.panes.get(&PaneId(pane.parse().expect("a pane")));
                pane.and_then(|p| p.exited.clone()).unwrap_or_default()
            }
            ["messages"] => self.messages.join("\n"),
            ["break"] => std::process::abort(),
            ["stop"] => {
                self.effects.push(Effect::Shutdown);
                String::new()
            }
            other => panic!("{other:?}"),
        };
        for piece in text.as_bytes().chunks(60_000) {
            let output = Output { id: command.id, text: piece.to_vec(), stream: Stream::Out };
            self.effects.push(Effect::TellViewer(viewer, ServerMessage::Output(output)));
        }
        let done = Done { id: command.id, status: 0 };
        self.effects.push(Effect::TellViewer(viewer, ServerMessage::Done(done)));
    }
}

impl Core for Tiny {
    fn handle(&mut self, _: Now, input: Input<'_>) {
        match input {
            Input::PtyOutput(id, end, bytes) => {
                let Some(pane) = self.panes.get_mut(&id) else { return };
                pane.screen.feed(bytes);
                let replies = pane.screen.outcome().replies;
                if !replies.is_empty() && end > pane.replies_until {
                    self.effects.push(Effect::WritePty(id, InputMark { client: 0, seq: end }, replies));
                }
            }
            Input::PtyOpened(id, Err(why)) => self.messages.push(format!("{id}: {why}")),
            Input::PtyExited(id, status) => {
                if let Some(pane) = self.panes.get_mut(&id) {
                    pane.exited = Some(format!("{status:?}"));
                }
            }
            Input::ViewerSaid(id, ClientMessage::Hello(hello)) => {
                let welcome = Welcome {
                    pid: self.facts.pid,
                    epoch: self.facts.epoch,
                    input: 0,
                    version: hello.versions.max,
                    features: Vec::new(),
                    software: "tiny".into(),
                };
                self.effects.push(Effect::TellViewer(id, ServerMessage::Welcome(welcome)));
            }
            Input::ViewerSaid(id, ClientMessage::Command(command)) => self.obey(id, &command),
            Input::Notice(text) => self.messages.push(text),
            _ => {}
        }
    }
    fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }
    fn deadline(&self) -> Option<Instant> {
        None
    }
    fn structure(&mut self) -> Option<Vec<u8>> {
        let ids = self.panes.keys().flat_map(|p| p.0.to_le_bytes());
        std::mem::take(&mut self.dirty).then(|| ids.collect())
    }
    fn panes(&self) -> Vec<PaneId> {
        self.panes.keys().copied().collect()
    }
    fn taken(&mut self, _: PaneId, marks: &[(u64, u64)]) {
        let ours = marks.iter().find(|(client, _)| *client == 7);
        self.typed = ours.map_or(self.typed, |(_, seq)| self.typed.max(*seq));
    }
    fn screen(&self, pane: PaneId) -> Option<&Screen> {
        self.panes.get(&pane).map(|p| &p.screen)
    }
    fn adopt(&mut self, pane: PaneId, _: PtyFacts, screen: Option<Screen>, replies_until: u64) {
        if let Some(pane) = self.panes.get_mut(&pane) {
            pane.screen = screen.unwrap_or_else(|| Screen::new(SIZE, HISTORY));
            pane.replies_until = replies_until;
        }
    }
}

impl Rebuild for Tiny {
    fn fresh(facts: HostFacts, _: Vec<(String, Vec<u8>)>, _: Now) -> Tiny {
        Tiny { facts, ..Tiny::default() }
    }
    fn recover(facts: HostFacts, structure: &[u8], _: Now) -> Result<Tiny, String> {
        let ids = structure.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
        let panes = ids.map(|id| (PaneId(id), Pane::new())).collect();
        Ok(Tiny { facts, panes, ..Tiny::default() })
    }
    fn restore(
        facts: HostFacts,
        config: Vec<(String, Vec<u8>)>,
        _: Records,
        now: Now,
    ) -> (Tiny, Vec<String>) {
        (Tiny::fresh(facts, config, now), Vec::new())
    }
}

/// History and screen, a line each.
fn text(screen: &Screen) -> String {
    let history = screen.history();
    let mut text = String::new();
    for number in history.start..history.end + u64::from(screen.size().rows) {
        if let Some(line) = screen.line(number) {
            for cell in line.cells() {
                match cell.text {
                    CellText::Char(c) => text.push(c),
                    CellText::Cluster(s) => text.push_str(s),
                }
            }
        }
        text.push('\n');
    }
    text
}
