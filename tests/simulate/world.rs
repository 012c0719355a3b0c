//! The world around the daemon, and the daemon's life in it: who does what next is drawn from the seed, and nothing
//! happens by itself.

use super::client::{Client, SESSION};
use super::disk::{Disk, FATES, Fate};
use super::keeper::Keeper;
use super::knobs::Knobs;
use super::program::Program;
use super::story::{self, tell};
use super::watched::{Questions, Watched};
use super::{Counts, clock};
use abide::boot::assemble;
use abide::boot::panes::Legacy;
use abide::boot::server::{self, Rebuild};
use abide::deathpoint::{self, Point};
use abide::keeper::layout::Geometry;
use abide::keeper::link::KeeperLink;
use abide::reactor::signals::Signals;
use abide::reactor::{Careful, Parts, Reactor, StoreLink};
use abide::store::worker::{Bench, Worker};
use abide_core::base::ids::PaneId;
use abide_core::boundary::{Answer, HostFacts, Input, Occasion, ProcessFacts, Question};
use abide_core::screen::Screen;
use abide_core::server::Server;
use abide_protocol::message::{Size, SurfaceKind, ViewerKind};
use abide_tests::seed::Dice;
use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::net::UnixListener;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;

/// The size of a window that no trouble changes, and of the terminals that look at it, with their status line.
pub(crate) const WINDOW: (u16, u16) = (80, 24);
pub(crate) const TERMINAL: Size = Size { cols: WINDOW.0, rows: WINDOW.1 + 1 };
/// Panes at once, in a world in which they come and go.
pub(crate) const PANES_MAX: usize = 8;

/// How a daemon dies inside a turn.
struct Killed;

/// A daemon that lives.
struct Life {
    reactor: Reactor<Watched, KeeperLink>,
    bench: Bench,
}

pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) dice: Dice,
    pub(crate) knobs: Knobs,
    folder: TempDir,
    listener: UnixListener,
    pub(crate) keeper: Keeper,
    pub(crate) disk: Disk,
    pub(crate) clients: Vec<Client>,
    life: Option<Life>,
    questions: Questions,
    epoch: u64,
    /// Programs of machines that went down.
    pub(crate) past: Vec<(PaneId, Program)>,
    /// Screens of panes that came back from the store, as they began.
    pub(crate) begun: BTreeMap<PaneId, Screen>,
    /// Words that programs were given, of all clients; with the pane where each goes to several.
    pub(crate) seen: BTreeSet<(Option<PaneId>, u64, u64)>,
    /// The first word of each client that must not be lost.
    pub(crate) words_from: BTreeMap<u64, u64>,
    pub(crate) counts: Counts,
}

fn geometry(knobs: &Knobs) -> Geometry {
    Geometry { journal_bytes: knobs.journal_bytes, ..Geometry::STANDARD }
}

impl World {
    pub(crate) fn new(seed: u64) -> World {
        story::begin();
        deathpoint::watch(None);
        let mut dice = Dice::from(seed);
        let knobs = Knobs::draw(&mut dice);
        tell(format_args!("seed {seed}: {knobs:?}"));
        clock::begin(knobs.creep);
        let folder = tempfile::tempdir().expect("a folder");
        let listener = UnixListener::bind(folder.path().join("socket")).expect("a socket");
        let mut world = World {
            seed,
            dice,
            knobs,
            folder,
            listener,
            keeper: Keeper::new(seed, geometry(&knobs), knobs.pty_bytes),
            disk: Disk::default(),
            clients: Vec::new(),
            life: None,
            questions: Questions::default(),
            epoch: 0,
            past: Vec::new(),
            begun: BTreeMap::new(),
            seen: BTreeSet::new(),
            words_from: BTreeMap::new(),
            counts: Counts::default(),
        };
        world.set_up();
        world
    }

    fn set_up(&mut self) {
        for number in 0..self.knobs.clients {
            let kind = if number % 2 == 0 { ViewerKind::Terminal } else { ViewerKind::Page };
            let mut client = Client::new(number, 7000 + number, kind);
            client.forgives = self.knobs.changes;
            self.clients.push(client);
            self.words_from.insert(number, 1);
        }
        self.pump();
        let mut lines = vec![format!("new-session -d -s main -x {} -y {}", WINDOW.0, WINDOW.1)];
        let more = if self.knobs.together { "split-window -d -h -t main" } else { "new-window -d -t main" };
        lines.extend((1..self.knobs.windows).map(|_| more.to_owned()));
        for line in &lines {
            self.clients[0].command(line);
        }
        self.pump_until("the session is there", |world| world.clients[0].done >= lines.len() as u32);
        for client in &mut self.clients {
            client.attach(SESSION, SurfaceKind::Session, "main", TERMINAL);
        }
        // Nothing is printed yet, but those of a window that was split have been resized.
        let panes = self.server().map(|server| &server.model.panes).expect("a daemon");
        self.begun = panes.iter().map(|(id, pane)| (*id, pane.screen.clone())).collect();
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    pub(crate) fn server(&self) -> Option<&Server> {
        self.life.as_ref().map(|life| &life.reactor.core().server)
    }

    fn facts(&self) -> HostFacts {
        HostFacts {
            pid: 100 + self.epoch as u32,
            keeper_pid: 99,
            host: "host".to_owned(),
            user: "user".to_owned(),
            home: "/home/user".to_owned(),
            shell: "/bin/sh".to_owned(),
            socket_path: "/run/abide/default".to_owned(),
            environment: vec![
                ("PATH".to_owned(), "/bin".to_owned()),
                ("HOME".to_owned(), "/home/user".to_owned()),
            ],
            epoch: self.epoch,
            started: clock::look(),
            occasion: Occasion::Usual,
        }
    }

    fn config(&self) -> Vec<(String, Vec<u8>)> {
        let lines = format!(
            "set -g exit-empty off\nset -g history-limit {}\nset -g remain-on-exit on\nset -gw synchronize-panes {}\n",
            self.knobs.history_lines,
            if self.knobs.together { "on" } else { "off" }
        );
        vec![("abide.conf".to_owned(), lines.into_bytes())]
    }

    /// What the store would bring back now.
    pub(crate) fn restored(&self) -> Server {
        let now = clock::look();
        <Server as Rebuild>::restore(
            self.facts(),
            self.config(),
            self.disk.records().into_iter().collect(),
            now,
        )
        .0
    }

    /// The keeper starts a daemon; one that is to be killed may not live to its first turn.
    pub(crate) fn start(&mut self) {
        self.epoch += 1;
        tell(format_args!("daemon {} starts", self.epoch));
        let socket = self.keeper.greet();
        // What happens while it reads its inheritance.
        for at in self.keeper.places() {
            if self.dice.percent(30) {
                self.keeper.pane_ready(at);
            }
        }
        match catch_unwind(AssertUnwindSafe(|| self.bring_up(socket))) {
            Ok(life) => self.life = Some(life),
            Err(payload) => self.bury(payload),
        }
    }

    fn bring_up(&mut self, socket: std::os::fd::OwnedFd) -> Life {
        let (keeper, inheritance) = KeeperLink::adopt(socket).expect("an inheritance");
        deathpoint::pass(Point::HandedOver);
        let legacy = Legacy::from(inheritance);
        let now = clock::now();
        let mut notices = legacy.notices();
        let server = match &legacy.structure {
            Some(record) => {
                let mut server = Server::recover(self.facts(), record, now).expect("a structure makes sense");
                let records = |panes: &_| server::records_of(self.disk.held(), panes);
                notices.extend(server::recall(&mut server, &legacy.panes, records));
                server
            }
            None => {
                let records = self.disk.records();
                if records.is_empty() {
                    <Server as Rebuild>::fresh(self.facts(), self.config(), now)
                } else {
                    let (server, more) = <Server as Rebuild>::restore(
                        self.facts(),
                        self.config(),
                        records.into_iter().collect(),
                        now,
                    );
                    notices.extend(more);
                    server
                }
            }
        };
        self.questions.borrow_mut().clear();
        let core = Watched::new(server, self.questions.clone());
        let note = self.folder.path().join("replay");
        let (program, on_trial) = (String::new(), false);
        let careful = legacy.crash.is_some().then(|| Careful::open(&note).expect("a notebook"));
        let listener = self.listener.try_clone().expect("a descriptor");
        let uid = rustix::process::getuid().as_raw();
        let parts = Parts {
            core,
            keeper,
            listener,
            signals: Signals::none(),
            clock: clock::now,
            give_back: || {},
            careful,
            program,
            on_trial,
            uid,
        };
        let (mut bench, disk) = (None, self.disk.clone());
        let reactor = assemble(parts, legacy.panes, notices, |wake| {
            let (worker, hand) = Worker::by_hand(Box::new(disk), move || wake()).expect("a claim");
            bench = Some(hand);
            StoreLink::new(Ok(worker))
        });
        Life { reactor: reactor.expect("a loop"), bench: bench.expect("a bench") }
    }

    /// One turn of the daemon's loop.
    pub(crate) fn turn(&mut self) {
        let Some(life) = &mut self.life else { return };
        self.counts.turns += 1;
        tell(format_args!("a turn at {} ms", clock::look().instant.0));
        match catch_unwind(AssertUnwindSafe(|| life.reactor.turn(Some(Duration::ZERO)))) {
            Ok(Ok(None)) => {}
            Ok(Ok(Some(ending))) => panic!("the daemon ended by itself: {ending:?}"),
            Ok(Err(fault)) => panic!("the loop failed: {fault}"),
            Err(payload) => self.bury(payload),
        }
    }

    /// The daemon died inside of something: of what we did to it, or of a fault of its own.
    fn bury(&mut self, payload: Box<dyn Any + Send>) {
        if !payload.is::<Killed>() {
            resume_unwind(payload);
        }
        self.kill();
    }

    /// The daemon is killed. All that it had is what others have of it.
    pub(crate) fn kill(&mut self) {
        deathpoint::watch(None);
        tell(format_args!("daemon {} is dead", self.epoch));
        self.counts.kills += 1;
        self.life = None;
        self.keeper.daemon_gone("the daemon was killed");
    }

    /// It will be killed when it passes a point for the n-th time from now on.
    fn kill_at(&mut self) {
        let (point, name) = *self.dice.one_of(&Point::ALL);
        let mut left = 1 + self.dice.below(1 << self.dice.clone().below(6));
        tell(format_args!("to be killed at `{name}`, pass {left}"));
        deathpoint::watch(Some(Box::new(move |passed| {
            left -= u64::from(passed == point && left > 0);
            if passed == point && left == 0 {
                tell(format_args!("killed at {passed:?}"));
                resume_unwind(Box::new(Killed));
            }
        })));
    }

    /// Keeper and daemon go down with the machine. It comes up again, with what is on its disk.
    fn crash(&mut self) {
        if self.restored().model.session_named("main").is_none() {
            // Nothing is kept yet of what the clients of this world work in.
            return;
        }
        tell(format_args!("the machine goes down"));
        deathpoint::watch(None);
        // It is another moment when it comes up.
        clock::pass_ms(1);
        self.counts.crashes += 1;
        if self.dice.percent(30)
            && let Some(life) = &mut self.life
        {
            life.bench.work(false);
        }
        self.life = None;
        self.disk.heal();
        let fresh =
            Keeper::new(self.seed.wrapping_add(self.epoch), geometry(&self.knobs), self.knobs.pty_bytes);
        let mut gone = std::mem::replace(&mut self.keeper, fresh);
        self.past.append(&mut gone.buried);
        self.past.extend(gone.panes.into_iter().flatten().map(|pane| (pane.id, pane.program)));
        std::fs::remove_file(self.path()).expect("a socket's file");
        self.listener = UnixListener::bind(self.path()).expect("a socket");
        let _ = std::fs::remove_file(self.folder.path().join("replay"));
        for client in &mut self.clients {
            client.reborn();
            self.words_from.insert(client.number, client.words + 1);
        }
        self.begun.clear();
        let restored = self.restored();
        for (id, pane) in &restored.model.panes {
            self.begun.insert(*id, pane.screen.clone());
        }
    }

    /// The store does what waits.
    fn store_works(&mut self) {
        let Some(life) = &mut self.life else { return };
        if life.bench.work(false) {
            tell(format_args!("the store answers, commits so far: {}", self.disk.commits()));
        }
    }

    /// The oldest question is answered.
    fn answer(&mut self) {
        let Some((ticket, question)) = self.questions.borrow_mut().pop_front() else { return };
        let answer = match question {
            Question::Processes(panes) => {
                let facts = |p: PaneId| {
                    let command = format!("cmd{}", p.0);
                    (p, ProcessFacts { cwd: format!("/cwd/{}", p.0), command, ..ProcessFacts::default() })
                };
                Answer::Processes(panes.into_iter().map(facts).collect())
            }
            Question::ReadFile(path, _) => Answer::File(Err(format!("{path}: not here"))),
            Question::Job { .. } | Question::LastLine { .. } => Answer::Job { status: 0, output: Vec::new() },
            Question::Look(_) => Answer::Looked(Err("nobody else is there".to_owned())),
            Question::Take(_) => Answer::Taken(Ok(())),
            Question::Commit(_) | Question::ReadStore(_) => unreachable!("that goes to the store"),
            Question::Upgrade { .. } => unreachable!("nobody asks for one"),
        };
        let Some(life) = &mut self.life else { return };
        let told = catch_unwind(AssertUnwindSafe(|| life.reactor.begin([Input::Answered(ticket, answer)])));
        if let Err(payload) = told {
            self.bury(payload);
        }
    }

    /// Programs read what they are given; no word may come twice, or before an earlier one of its client.
    pub(crate) fn program_reads(&mut self, at: usize, bytes_max: usize) {
        let Some(pane) = &mut self.keeper.panes[at] else { return };
        pane.program.read(bytes_max);
        for (client, word) in pane.program.new_words() {
            tell(format_args!("{} reads <{client}:{word}>", pane.id));
            let whose = Some(pane.id).filter(|_| self.knobs.together);
            assert!(
                self.seen.insert((whose, client, word)),
                "<{client}:{word}> was typed once and came twice, the second time to {}",
                pane.id
            );
            self.counts.words += 1;
        }
    }

    /// Everybody does all they can, and a moment passes.
    pub(crate) fn pump(&mut self) {
        if self.life.is_none() {
            self.start();
        }
        self.keeper.hear();
        self.keeper.hear_bell();
        for at in self.keeper.places() {
            self.keeper.program_runs(at);
            if let Some(pane) = &mut self.keeper.panes[at] {
                pane.program.write(usize::MAX);
            }
            self.keeper.pane_ready(at);
            self.program_reads(at, 1 << 20);
        }
        self.keeper.send();
        self.turn();
        let path = self.path();
        for client in &mut self.clients {
            if !client.is_connected() {
                client.connect(&path);
            }
            client.write(usize::MAX);
            while client.read(1 << 20) > 0 {}
        }
        self.store_works();
        self.answer();
        clock::pass_ms(5);
    }

    /// Pumps until something holds.
    pub(crate) fn pump_until(&mut self, what: &str, holds: impl Fn(&mut World) -> bool) {
        for _ in 0..20_000 {
            if holds(self) {
                return;
            }
            self.pump();
        }
        panic!("it did not come to pass that {what}");
    }

    /// One thing happens.
    #[allow(
        clippy::collapsible_match,
        reason = "a roll is for one thing, whether that can happen now or not"
    )]
    pub(crate) fn step(&mut self) {
        self.counts.events += 1;
        let places = self.keeper.places();
        let place = (!places.is_empty()).then(|| *self.dice.one_of(&places));
        let client = self.dice.below(self.clients.len() as u64) as usize;
        let knobs = self.knobs;
        match self.dice.below(1000) {
            0..180 => self.turn(),
            180..280 => {
                if let Some(pane) = place.and_then(|at| self.keeper.panes[at].as_mut()) {
                    if !pane.program.has_more() {
                        let units = self.dice.below(1 << self.dice.clone().below(7));
                        pane.program.compose(&mut self.dice, units);
                    }
                    let mut bytes_max = self.dice.below(1 << self.dice.clone().below(16)) as usize;
                    if knobs.changes {
                        bytes_max = pane.program.with_whole_newlines(bytes_max);
                    }
                    let wrote = pane.program.write(bytes_max);
                    tell(format_args!("{} prints {wrote} bytes", pane.id));
                }
            }
            280..380 => {
                if let Some(at) = place {
                    self.keeper.pane_ready(at);
                }
            }
            380..440 => self.keeper.hear_bell(),
            440..480 => {
                self.keeper.hear();
            }
            480..520 => self.keeper.send(),
            520..540 => {
                if let Some(at) = place {
                    self.keeper.program_runs(at);
                }
            }
            540..600 => {
                if let Some(at) = place {
                    let bytes_max = self.dice.below(1 << self.dice.clone().below(16)) as usize;
                    self.program_reads(at, bytes_max + 1);
                }
            }
            600..680 => {
                let bytes_max =
                    if self.dice.percent(50) { usize::MAX } else { self.dice.below(200) as usize };
                self.clients[client].write(bytes_max);
            }
            680..760 => {
                let bytes_max = 1 + self.dice.below(1 << self.dice.clone().below(17)) as usize;
                if !self.clients[client].stalled {
                    self.clients[client].read(bytes_max);
                }
            }
            760..800 => {
                if self.clients[client].wanted.contains_key(&SESSION) {
                    self.clients[client].type_word(&mut self.dice);
                }
            }
            800..810 => self.command(client),
            810..812 => {
                if !knobs.together {
                    self.clients[client].send_word();
                }
            }
            812..830 if knobs.changes => self.change(client),
            830..870 => clock::pass_ms(self.dice.below(1 << self.dice.clone().below(10))),
            870..900 => {
                if !knobs.store_slow || self.dice.percent(20) {
                    if knobs.store_fails && self.dice.percent(50) {
                        let fates: Vec<Fate> =
                            (0..1 + self.dice.below(3)).map(|_| *self.dice.one_of(&FATES)).collect();
                        tell(format_args!("the store's fate: {fates:?}"));
                        self.disk.destine(fates);
                    }
                    self.store_works();
                }
            }
            900..920 => self.answer(),
            920..940 => {
                let path = self.path();
                if !self.clients[client].is_connected() {
                    self.clients[client].connect(&path);
                }
            }
            940..955 => {
                if self.life.is_none() {
                    self.start();
                }
            }
            955..960 if knobs.stalls => {
                self.clients[client].stalled = !self.clients[client].stalled;
            }
            960..965 if knobs.breaks => self.clients[client].disconnect(),
            965..970 if knobs.rubbish => self.rubbish(),
            970..973 if knobs.jumps => {
                let hours = self.dice.below(9);
                tell(format_args!("{hours} hours pass"));
                clock::pass_ms(hours * 3_600_000);
            }
            973..976 if knobs.jumps => clock::set_wall(-(self.dice.below(7200) as i64)),
            976..980 if knobs.kills => {
                if self.life.is_some() {
                    self.kill();
                }
            }
            980..990 if knobs.points => {
                if self.life.is_some() || self.dice.percent(50) {
                    self.kill_at();
                }
            }
            990..991 if knobs.crashes => self.crash(),
            _ => {}
        }
    }

    /// Somebody connects and says what is no message, or half of one.
    fn rubbish(&mut self) {
        let path = self.path();
        let mut vandal = Client::new(99, 9999, ViewerKind::Program);
        vandal.connect(&path);
        if self.dice.percent(70) {
            vandal.write(self.dice.below(400) as usize);
        }
        let bytes: Vec<u8> = (0..self.dice.below(300)).map(|_| self.dice.below(256) as u8).collect();
        vandal.write_rubbish(&bytes);
    }
}
