//! What stands around a server in these tests: a keeper with ptys, a store, clients with mirrors, and a clock.

use abide_core::{
    base::{
        geometry::Size,
        ids::{PaneId, Ticket, ViewerId},
        instant::{Instant, Now},
    },
    boundary::{Answer, Effect, ExitStatus, Input, ProcessFacts, Program, PtyFacts, Question},
    screen::Screen,
    server::Server,
    session::Sessions,
};
use abide_protocol::{
    message::{
        Attach, ClientMessage, Command, Hello, InputEvent, PicturePiece, ServerMessage, SurfaceKind,
        SurfaceNumber, ViewerKind,
    },
    mirror::Mirror,
    version::SPOKEN,
};
use std::collections::{BTreeMap, VecDeque};

pub use crate::facts::facts;

mod lives;

/// A pty as the keeper has it.
#[derive(Default)]
pub struct Pty {
    pub program: Option<Program>,
    pub size: Option<Size>,
    pub pid: u32,
    /// Everything its program ever wrote.
    pub output: Vec<u8>,
    /// Everything its program was given, with the marks.
    pub input: Vec<(u64, u64, Vec<u8>)>,
    pub marks: BTreeMap<u64, u64>,
    /// How far the daemon was given its output.
    pub given: usize,
    pub exited: Option<ExitStatus>,
    /// The screen as it was when so many bytes had been given.
    pub checkpoint: Option<(usize, Screen)>,
}

impl Pty {
    pub fn typed(&self) -> Vec<u8> {
        self.input.iter().filter(|(client, _, _)| *client != 0).flat_map(|(_, _, b)| b.clone()).collect()
    }
}

/// A client with what it has been told.
pub struct Client {
    pub number: u64,
    pub viewer: Option<ViewerId>,
    pub kind: ViewerKind,
    pub seq: u64,
    /// Said and not acknowledged.
    pub unacknowledged: VecDeque<abide_protocol::message::Input>,
    pub mirrors: BTreeMap<SurfaceNumber, Mirror>,
    pub attached: BTreeMap<SurfaceNumber, Attach>,
    pub out: String,
    pub done: Vec<(u32, u8)>,
    pub said: Vec<String>,
    pub welcome: Option<u64>,
    /// What it was told that both sides can.
    pub features: Vec<String>,
    pub topologies: usize,
    /// Of pictures.
    pub pieces: Vec<PicturePiece>,
    /// Full updates, by surface.
    pub fulls: BTreeMap<SurfaceNumber, usize>,
}

/// When the daemon dies in a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    BeforeStructure,
    AfterStructure,
    /// After so many effects.
    After(usize),
}

pub struct World {
    pub server: Server,
    pub now: Now,
    pub ptys: BTreeMap<PaneId, Pty>,
    pub store: BTreeMap<Vec<u8>, Vec<u8>>,
    pub store_fault: Option<String>,
    /// Whether a daemon that starts can read it.
    pub store_reads: bool,
    pub others: BTreeMap<String, BTreeMap<Vec<u8>, Vec<u8>>>,
    pub takings: crate::restore_session::Takings,
    pub clients: Vec<Client>,
    pub structure: Vec<u8>,
    pub death: Option<Death>,
    /// The turns until it dies, and when in that one.
    pub dies: Option<(usize, Death)>,
    pub dead: bool,
    pub ended: bool,
    pub commits: usize,
    /// What runs in panes, but for their shells.
    pub ran: BTreeMap<PaneId, Vec<String>>,
    /// Keys that the store was asked for.
    pub reads: usize,
    /// Commands that run for their last line.
    pub last_lines: Vec<(Ticket, String)>,
    /// How many of them were ended.
    pub forgotten: usize,
    /// What clients say that they can.
    pub features: Vec<String>,
    /// Whether the store takes commits and does not answer yet, and those it took.
    pub store_waits: bool,
    pub store_has: Vec<(Ticket, Question)>,
    /// Where the store was said to be, and when lost sessions expire.
    pub store_places: Vec<String>,
    next_viewer: u64,
    next_pid: u32,
    inbox: VecDeque<Queued>,
    epoch: u64,
}

enum Queued {
    Opened(PaneId, u32),
    Answered(Ticket, Answer),
    Drained(ViewerId),
}

impl World {
    pub fn new(config: &str) -> World {
        let now = Now { instant: Instant(1000), wall_seconds: 1_795_519_565, zone_seconds: 0 };
        let server = Server::new(facts(1), vec![("abide.conf".to_owned(), config.as_bytes().to_vec())], now);
        let mut world = World {
            server,
            now,
            ptys: BTreeMap::new(),
            store: BTreeMap::new(),
            store_fault: None,
            store_reads: true,
            others: BTreeMap::new(),
            takings: Default::default(),
            clients: Vec::new(),
            structure: Vec::new(),
            death: None,
            dies: None,
            dead: false,
            ended: false,
            commits: 0,
            ran: BTreeMap::new(),
            reads: 0,
            last_lines: Vec::new(),
            forgotten: 0,
            store_waits: false,
            store_has: Vec::new(),
            store_places: Vec::new(),
            next_viewer: 1,
            next_pid: 1000,
            inbox: VecDeque::new(),
            epoch: 1,
            features: Vec::new(),
        };
        world.turn_end();
        world.settle();
        world
    }

    pub fn model(&self) -> &Sessions {
        &self.server.model
    }

    /// One input, and everything that follows from it outside.
    pub fn input(&mut self, input: Input<'_>) {
        if self.dead || self.ended {
            return;
        }
        self.server.handle(self.now, input);
        self.turn_end();
    }

    fn turn_end(&mut self) {
        let death = self.death.take().or_else(|| self.is_to_die());
        if death == Some(Death::BeforeStructure) {
            self.dead = true;
            return;
        }
        if let Some(structure) = self.server.structure() {
            self.structure = structure;
        }
        if death == Some(Death::AfterStructure) {
            self.dead = true;
            return;
        }
        for (n, effect) in self.server.effects().into_iter().enumerate() {
            if death == Some(Death::After(n)) {
                self.dead = true;
                return;
            }
            self.carry_out(effect);
        }
        if death.is_some() {
            self.dead = true;
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::SpawnPty { pane, program, size } => {
                if !self.ptys.contains_key(&pane) {
                    self.next_pid += 1;
                    let pid = self.next_pid;
                    let pty = Pty { program: Some(program), size: Some(size), pid, ..Pty::default() };
                    self.ptys.insert(pane, pty);
                    self.inbox.push_back(Queued::Opened(pane, pid));
                }
            }
            Effect::WritePty(pane, mark, bytes) => {
                if let Some(pty) = self.ptys.get_mut(&pane) {
                    let known = pty.marks.entry(mark.client).or_default();
                    *known = (*known).max(mark.seq);
                    pty.input.push((mark.client, mark.seq, bytes));
                }
            }
            Effect::ResizePty(pane, size) => {
                if let Some(pty) = self.ptys.get_mut(&pane) {
                    pty.size = Some(size);
                    // As the reactor does: bytes before were written for the size before.
                    pty.checkpoint = self.server.pane_screen(pane).cloned().map(|screen| (pty.given, screen));
                }
            }
            Effect::SignalPty(..) => {}
            Effect::ReleasePty(pane) => {
                self.ptys.remove(&pane);
            }
            Effect::TellViewer(viewer, message) => {
                self.told(viewer, message);
                self.inbox.push_back(Queued::Drained(viewer));
            }
            Effect::DismissViewer(viewer) => {
                for client in &mut self.clients {
                    if client.viewer == Some(viewer) {
                        client.viewer = None;
                    }
                }
            }
            Effect::Ask(ticket, Question::LastLine { command, .. }) => {
                self.last_lines.push((ticket, command))
            }
            Effect::Forget(ticket) => {
                let before = self.last_lines.len();
                self.last_lines.retain(|(other, _)| *other != ticket);
                self.forgotten += before - self.last_lines.len();
            }
            Effect::Ask(ticket, question @ Question::Commit(_)) if self.store_waits => {
                self.store_has.push((ticket, question));
            }
            Effect::Ask(ticket, question) => {
                let answer = self.answer(question);
                self.inbox.push_back(Queued::Answered(ticket, answer));
            }
            Effect::KeepStoreAt(place) => self.store_places.push(place),
            Effect::ExpireStored { days } => self.store_places.push(format!("{days} days")),
            Effect::Shutdown | Effect::Drained => {
                self.ended = true;
                self.ptys.clear();
            }
        }
    }

    /// The store answers what it has.
    pub fn store_answers(&mut self) {
        for (ticket, question) in std::mem::take(&mut self.store_has) {
            let answer = self.answer(question);
            self.inbox.push_back(Queued::Answered(ticket, answer));
        }
        self.settle();
    }

    fn answer(&mut self, question: Question) -> Answer {
        match question {
            Question::Commit(writes) => {
                if let Some(why) = &self.store_fault {
                    return Answer::NotCommitted(why.clone());
                }
                let bytes: usize = writes.iter().map(|(k, v)| k.len() + v.as_ref().map_or(0, Vec::len)).sum();
                assert!(bytes <= 1024 * 1024, "a batch of {bytes} bytes");
                self.commits += 1;
                for (key, value) in writes {
                    let Some(value) = value else {
                        self.store.remove(&key);
                        continue;
                    };
                    assert!(value.len() <= 64 * 1024, "a value of {} bytes", value.len());
                    self.store.insert(key, value);
                }
                Answer::Committed
            }
            Question::Take(taking) => Answer::Taken(crate::restore_session::take(self, taking)),
            Question::Look(look) => Answer::Looked(crate::stored::look(self, look)),
            Question::ReadStore(keys) => Answer::Records(crate::history::read(self, keys)),
            Question::ReadFile(path, _) => Answer::File(Err(format!("{path}: not here"))),
            Question::Processes(panes) => {
                let facts = |p: PaneId| {
                    let command = format!("cmd{p}");
                    let arguments = self.ran.get(&p).cloned().unwrap_or_default();
                    let own = arguments.is_empty();
                    let base = |word: &String| word.rsplit('/').next().unwrap_or_default().to_owned();
                    let command = arguments.first().map_or(command, base);
                    (p, ProcessFacts { cwd: format!("/cwd/{}", p.0), command, arguments, own })
                };
                Answer::Processes(panes.into_iter().map(facts).collect())
            }
            Question::LastLine { .. } => unreachable!("kept running"),
            Question::Upgrade { .. } | Question::Job { .. } => Answer::Job { status: 0, output: Vec::new() },
        }
    }

    fn told(&mut self, viewer: ViewerId, message: ServerMessage) {
        let Some(client) = self.clients.iter_mut().find(|c| c.viewer == Some(viewer)) else { return };
        match message {
            ServerMessage::Update(update) => {
                let mirror = client.mirrors.entry(update.surface).or_default();
                mirror.apply(&update).expect("an update that applies");
                *client.fulls.entry(update.surface).or_default() += usize::from(update.full);
            }
            ServerMessage::InputAck(ack) => {
                while client.unacknowledged.front().is_some_and(|i| i.seq <= ack.seq) {
                    client.unacknowledged.pop_front();
                }
            }
            ServerMessage::Welcome(welcome) => {
                client.welcome = Some(welcome.input);
                client.features = welcome.features;
            }
            ServerMessage::Attached(attached) => {
                client.said.push(format!("attached {} {}", attached.surface, attached.session_name));
            }
            ServerMessage::Detached(detached) => {
                client.attached.remove(&detached.surface);
                client.mirrors.remove(&detached.surface);
                client
                    .said
                    .push(format!("detached {} {} {:?}", detached.surface, detached.name, detached.reason));
                client.said.extend(Some(detached.note).filter(|note| !note.is_empty()));
            }
            ServerMessage::Picture(piece) => client.pieces.push(piece),
            ServerMessage::Output(output) => client.out.push_str(&String::from_utf8_lossy(&output.text)),
            ServerMessage::Done(done) => client.done.push((done.id, done.status)),
            ServerMessage::Refused(refused) => client.said.push(format!("refused: {}", refused.text)),
            ServerMessage::Error(error) => client.said.push(format!("error: {}", error.text)),
            ServerMessage::Event(abide_protocol::message::Event::Topology(_)) => client.topologies += 1,
            _ => {}
        }
    }

    /// Everything that was caused comes back: ptys open, questions are answered, viewers are drained.
    pub fn settle(&mut self) {
        for _ in 0..10_000 {
            if self.dead || self.ended {
                return;
            }
            let Some(queued) = self.inbox.pop_front() else { return };
            match queued {
                Queued::Opened(pane, pid) => {
                    self.keep(pane);
                    let facts = PtyFacts { pid, tty: format!("/dev/pts/{}", pane.0) };
                    self.input(Input::PtyOpened(pane, Ok(facts)));
                }
                Queued::Answered(ticket, answer) => self.input(Input::Answered(ticket, answer)),
                Queued::Drained(viewer) => {
                    // One for all that was told until then.
                    self.inbox.retain(|q| !matches!(q, Queued::Drained(other) if *other == viewer));
                    if self.clients.iter().any(|c| c.viewer == Some(viewer)) {
                        self.input(Input::ViewerDrained(viewer));
                    }
                }
            }
        }
        panic!("the server does not come to rest");
    }

    /// A command that runs for its last line prints one, and perhaps ends.
    pub fn say_last_line(&mut self, n: usize, line: &str, ended: bool) {
        let (ticket, _) = self.last_lines[n];
        let line = line.as_bytes().to_vec();
        let answer = match ended {
            true => Answer::Job { status: 0, output: line },
            false => Answer::Line(line),
        };
        if ended {
            self.last_lines.remove(n);
        }
        self.input(Input::Answered(ticket, answer));
        self.settle();
    }

    /// Time passes, with every deadline in it.
    pub fn wait(&mut self, ms: u64) {
        let until = self.now.instant.after_ms(ms);
        self.settle();
        for _ in 0..10_000 {
            if self.dead || self.ended {
                return;
            }
            match self.server.deadline() {
                Some(at) if at <= until => {
                    self.advance(at.max(self.now.instant));
                    self.input(Input::DeadlineReached);
                    self.settle();
                }
                _ => break,
            }
        }
        self.advance(until);
    }

    fn advance(&mut self, to: Instant) {
        let seconds = to.0 / 1000 - self.now.instant.0 / 1000;
        self.now.instant = to;
        self.now.wall_seconds += seconds as i64;
    }

    /// A client connects; gives its place in `clients`.
    pub fn client(&mut self, kind: ViewerKind) -> usize {
        let number = 7000 + self.clients.len() as u64;
        self.clients.push(Client {
            number,
            viewer: None,
            kind,
            seq: 0,
            unacknowledged: VecDeque::new(),
            mirrors: BTreeMap::new(),
            attached: BTreeMap::new(),
            out: String::new(),
            done: Vec::new(),
            said: Vec::new(),
            welcome: None,
            features: Vec::new(),
            topologies: 0,
            pieces: Vec::new(),
            fulls: BTreeMap::new(),
        });
        let at = self.clients.len() - 1;
        self.connect(at);
        at
    }

    /// A client's connection is made (anew): it says hello, attaches what it had, and says again what is not
    /// acknowledged.
    pub fn connect(&mut self, at: usize) {
        let viewer = ViewerId(self.next_viewer);
        self.next_viewer += 1;
        let client = &mut self.clients[at];
        client.viewer = Some(viewer);
        client.welcome = None;
        client.mirrors.clear();
        let hello = Hello {
            pid: 4000 + at as u32,
            cwd: "/home/user".to_owned(),
            tty: if client.kind == ViewerKind::Terminal { format!("/dev/pts/9{at}") } else { String::new() },
            kind: client.kind,
            term: "xterm-256color".to_owned(),
            client: client.number,
            features: self.features.clone(),
            versions: SPOKEN,
            environment: Vec::new(),
        };
        self.input(Input::ViewerJoined(viewer));
        self.input(Input::ViewerSaid(viewer, ClientMessage::Hello(hello)));
        let attached: Vec<Attach> = self.clients[at].attached.values().cloned().collect();
        for attach in attached {
            self.say(at, ClientMessage::Attach(attach));
        }
        if let Some(handled) = self.clients[at].welcome {
            self.clients[at].unacknowledged.retain(|i| i.seq > handled);
            let again: Vec<_> = self.clients[at].unacknowledged.iter().cloned().collect();
            for input in again {
                self.say(at, ClientMessage::Input(input));
            }
        }
    }

    pub fn disconnect(&mut self, at: usize) {
        if let Some(viewer) = self.clients[at].viewer.take() {
            self.input(Input::ViewerGone(viewer));
        }
    }

    pub fn say(&mut self, at: usize, message: ClientMessage) {
        if let Some(viewer) = self.clients[at].viewer {
            self.input(Input::ViewerSaid(viewer, message));
        }
    }

    pub fn attach(
        &mut self,
        at: usize,
        kind: SurfaceKind,
        target: &str,
        number: SurfaceNumber,
        size: (u16, u16),
    ) {
        let size = abide_protocol::message::Size { cols: size.0, rows: size.1 };
        let attach = Attach {
            resize: kind == SurfaceKind::Session,
            kind,
            size,
            target: target.to_owned(),
            surface: number,
            read_only: false,
        };
        self.clients[at].attached.insert(number, attach.clone());
        self.say(at, ClientMessage::Attach(attach));
    }

    /// Input events in one message.
    pub fn events(&mut self, at: usize, surface: SurfaceNumber, events: Vec<InputEvent>) -> u64 {
        let client = &mut self.clients[at];
        client.seq += 1;
        let input = abide_protocol::message::Input { seq: client.seq, events, surface };
        client.unacknowledged.push_back(input.clone());
        let seq = client.seq;
        self.say(at, ClientMessage::Input(input));
        seq
    }

    pub fn keys(&mut self, at: usize, names: &[&str]) {
        for name in names {
            self.events(at, 1, vec![InputEvent::Key((*name).to_owned())]);
        }
    }

    /// Says a command line.
    pub fn command_unsettled(&mut self, at: usize, line: &str) {
        let id = self.clients[at].done.len() as u32 + 500;
        let words = line.split(' ').map(str::to_owned).collect();
        let size = abide_protocol::message::Size::default();
        self.say(at, ClientMessage::Command(Command { id, size, words, surface: 90 }));
    }

    pub fn command(&mut self, at: usize, line: &str) -> (String, Option<u8>) {
        self.clients[at].out.clear();
        let before = self.clients[at].done.len();
        self.command_unsettled(at, line);
        self.settle();
        let status = self.clients[at].done.get(before).map(|d| d.1);
        (self.clients[at].out.clone(), status)
    }

    /// A program writes.
    pub fn output(&mut self, pane: PaneId, bytes: &[u8]) {
        let Some(pty) = self.ptys.get_mut(&pane).filter(|p| p.exited.is_none()) else { return };
        pty.output.extend_from_slice(bytes);
        self.give(pane);
    }

    /// The daemon is given what it has not read yet.
    fn give(&mut self, pane: PaneId) {
        let Some(pty) = self.ptys.get_mut(&pane) else { return };
        let bytes = pty.output[pty.given..].to_vec();
        pty.given = pty.output.len();
        let offset = pty.given as u64;
        if !bytes.is_empty() {
            self.input(Input::PtyOutput(pane, offset, &bytes));
        }
    }

    pub fn exit(&mut self, pane: PaneId, status: ExitStatus) {
        if let Some(pty) = self.ptys.get_mut(&pane).filter(|p| p.exited.is_none()) {
            pty.exited = Some(status);
            self.input(Input::PtyExited(pane, status));
        }
    }
}
