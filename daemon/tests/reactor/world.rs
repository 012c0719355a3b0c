//! A world for the loop: a core that does what a script says and writes down what it hears, a keeper without
//! processes, a clock that the test moves, and viewers on real sockets.
#![allow(unreachable_pub, reason = "a module of one test, in plain words")]

use abide::reactor::limits::INPUT_RECORD_BYTES_MAX;
use abide::reactor::ports::{Core, Held, Keeper, KeeperEvent, Memory};
use abide::reactor::signals::Signals;
use abide::reactor::{Careful, Parts, Reactor, StoreLink, Wake};
use abide::store::{memory, worker::Worker};
use abide_core::base::geometry::Size;
use abide_core::base::ids::{PaneId, Ticket};
use abide_core::base::instant::{Instant, Now};
use abide_core::boundary::{Effect, ExitStatus, Input, InputMark, Program, PtyFacts, Signal};
use abide_core::screen::Screen;
use abide_protocol::connection::ClientEnd;
use abide_protocol::message::{ClientMessage, Hello, Ping, ServerMessage, ViewerKind};
use abide_protocol::version::SPOKEN;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::rc::Rc;
use std::time::Duration;

thread_local! {
    static CLOCK_MS: Cell<u64> = const { Cell::new(1_000_000) };
}

pub fn clock() -> Now {
    Now { instant: Instant(CLOCK_MS.get()), wall_seconds: 0, zone_seconds: 0 }
}

pub fn pass_ms(ms: u64) {
    CLOCK_MS.set(CLOCK_MS.get() + ms);
}

/// What happened, in order, as lines.
pub type Story = Rc<RefCell<Vec<String>>>;
type Script = Box<dyn FnMut(&Input<'_>) -> Vec<Effect>>;

pub struct FakeCore {
    pub story: Story,
    script: Script,
    effects: Vec<Effect>,
    structure: Rc<RefCell<Option<Vec<u8>>>>,
    screens: BTreeMap<PaneId, Screen>,
    /// Bytes behind a `|` in the output handled last: they are too much for one turn.
    left: usize,
}

impl Core for FakeCore {
    fn handle(&mut self, _now: Now, input: Input<'_>) {
        let line = match &input {
            Input::PtyOutput(pane, end, bytes) => format!("output {pane} {end} {}", shown(bytes)),
            Input::PtyOpened(pane, outcome) => format!("opened {pane} {:?}", outcome.as_ref().map(|f| f.pid)),
            Input::PtyExited(pane, status) => format!("exited {pane} {status:?}"),
            Input::ViewerJoined(id) => format!("joined {}", id.0),
            Input::ViewerSaid(id, message) => format!("said {} {}", id.0, name(message)),
            Input::ViewerDrained(id) => format!("drained {}", id.0),
            Input::ViewerGone(id) => format!("gone {}", id.0),
            other => format!("{other:?}"),
        };
        self.story.borrow_mut().push(line);
        self.left = 0;
        if let Input::PtyOutput(pane, _, bytes) = &input {
            let screen =
                self.screens.entry(*pane).or_insert_with(|| Screen::new(Size { cols: 80, rows: 24 }, 10));
            let took = bytes.iter().position(|b| *b == b'|').map_or(bytes.len(), |at| at + 1);
            self.left = bytes.len() - took;
            screen.feed(&bytes[..took]);
            assert!(!bytes.windows(6).any(|w| w == b"POISON"), "a screen that breaks");
        }
        self.effects.extend((self.script)(&input));
    }
    fn output_left(&self) -> usize {
        self.left
    }
    fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }
    fn deadline(&self) -> Option<Instant> {
        None
    }
    fn structure(&mut self) -> Option<Vec<u8>> {
        self.structure.borrow_mut().take()
    }
    fn panes(&self) -> Vec<PaneId> {
        self.screens.keys().copied().collect()
    }
    fn taken(&mut self, pane: PaneId, marks: &[(u64, u64)]) {
        self.story.borrow_mut().push(format!("taken {pane} {marks:?}"));
    }
    fn screen(&self, pane: PaneId) -> Option<&Screen> {
        self.screens.get(&pane)
    }
    fn adopt(&mut self, pane: PaneId, _facts: PtyFacts, screen: Option<Screen>, replies_until: u64) {
        let screen = screen.unwrap_or_else(|| Screen::new(Size { cols: 80, rows: 24 }, 10));
        self.story.borrow_mut().push(format!("adopt {pane} until {replies_until}: {}", text(&screen)));
        self.screens.insert(pane, screen);
    }
}

fn name(message: &ClientMessage) -> String {
    match message {
        ClientMessage::Ping(ping) => format!("ping {}", ping.number),
        ClientMessage::Hello(_) => "hello".to_owned(),
        ClientMessage::Command(command) => format!("command {}", command.id),
        other => format!("{other:?}"),
    }
}

fn shown(bytes: &[u8]) -> String {
    if bytes.len() <= 32 {
        String::from_utf8_lossy(bytes).into_owned()
    } else {
        format!("({} bytes)", bytes.len())
    }
}

/// The visible text of a screen, rows joined by `|`.
pub fn text(screen: &Screen) -> String {
    use abide_core::screen::CellText;
    let rows = (0..screen.size().rows).map(|y| {
        let mut row = String::new();
        for cell in screen.row(y).cells() {
            while row.chars().count() < usize::from(cell.x) {
                row.push(' ');
            }
            match cell.text {
                CellText::Char(c) => row.push(c),
                CellText::Cluster(s) => row.push_str(s),
            }
        }
        row
    });
    rows.collect::<Vec<_>>().join("|").trim_end_matches('|').to_owned()
}

/// What keeper and loop share for a pane; the test is the keeper.
pub struct PaneWorld {
    /// Everything the program will ever write.
    script: &'static [u8],
    visible: Cell<usize>,
    tail: Cell<u64>,
    pub input: RefCell<Vec<(InputMark, Vec<u8>)>>,
    /// Bytes that the input ring still takes.
    pub room: Cell<usize>,
    /// Half of the input ring: an older keeper's is smaller.
    pub record_bytes_max: Cell<usize>,
    pub checkpoints: RefCell<Vec<(u64, Screen)>>,
    pub checkpoint_fails: Cell<bool>,
    /// Checkpoints that were asked for.
    pub tries: Cell<usize>,
    /// How far the loop has asked for output.
    asked: Cell<u64>,
    /// The loop looked and found nothing: it is to be woken.
    armed: Cell<bool>,
    wake: OwnedFd,
}

impl PaneWorld {
    pub fn new(script: impl Into<Vec<u8>>) -> Rc<PaneWorld> {
        use rustix::event::{EventfdFlags, eventfd};
        Rc::new(PaneWorld {
            script: Box::leak(script.into().into_boxed_slice()),
            visible: Cell::new(0),
            tail: Cell::new(0),
            input: RefCell::default(),
            room: Cell::new(usize::MAX),
            record_bytes_max: Cell::new(INPUT_RECORD_BYTES_MAX),
            checkpoints: RefCell::default(),
            checkpoint_fails: Cell::new(false),
            tries: Cell::new(0),
            asked: Cell::new(0),
            armed: Cell::new(true),
            wake: eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC).expect("an eventfd"),
        })
    }
    /// The program writes so many bytes.
    pub fn print(&self, count: usize) {
        self.visible.set(self.visible.get() + count);
        self.wake();
    }
    /// As the keeper does: only who found nothing at the last look is woken.
    fn wake(&self) {
        if self.armed.replace(false) {
            rustix::io::write(&self.wake, &1u64.to_ne_bytes()).expect("a wake");
        }
    }
    pub fn tail(&self) -> u64 {
        self.tail.get()
    }
    /// How far the loop has read.
    pub fn fed(&self) -> u64 {
        self.asked.get()
    }
    pub fn wake_fd(&self) -> OwnedFd {
        self.wake.try_clone().expect("a descriptor")
    }
}

pub const JOURNAL_BYTES: u64 = 256 * 1024;

pub struct FakeMemory(pub Rc<PaneWorld>);

impl Memory for FakeMemory {
    fn unread(&self, from: u64) -> (&[u8], &[u8]) {
        self.0.asked.set(self.0.asked.get().max(from));
        if from >= self.head() {
            self.0.armed.set(true);
        }
        let held = self.0.visible.get().min((self.0.tail.get() + JOURNAL_BYTES) as usize);
        (self.0.script.get(from as usize..held).unwrap_or_default(), &[])
    }
    fn head(&self) -> u64 {
        self.0.visible.get().min((self.0.tail.get() + JOURNAL_BYTES) as usize) as u64
    }
    fn tail(&self) -> u64 {
        self.0.tail.get()
    }
    fn journal_bytes_max(&self) -> u64 {
        JOURNAL_BYTES
    }
    fn release(&mut self, to: u64) {
        let before = self.head();
        self.0.tail.set(to);
        // The keeper reads on.
        if self.head() > before {
            self.0.wake();
        }
    }
    fn input_record_bytes_max(&self) -> usize {
        self.0.record_bytes_max.get()
    }
    fn publish(&mut self, mark: InputMark, bytes: &[u8]) -> bool {
        let Some(room) = self.0.room.get().checked_sub(bytes.len()) else { return false };
        self.0.room.set(room);
        self.0.input.borrow_mut().push((mark, bytes.to_vec()));
        true
    }
    fn checkpoint(&mut self, offset: u64, screen: &Screen) -> io::Result<()> {
        self.0.tries.set(self.0.tries.get() + 1);
        if self.0.checkpoint_fails.get() {
            return Err(ErrorKind::StorageFull.into());
        }
        self.0.checkpoints.borrow_mut().push((offset, screen.clone()));
        Ok(())
    }
    fn restored(&self) -> Option<(u64, Screen)> {
        self.0.checkpoints.borrow().last().cloned()
    }
}

pub struct FakeKeeper {
    story: Story,
    events: Rc<RefCell<Vec<KeeperEvent<FakeMemory>>>>,
    socket: UnixStream,
}

impl FakeKeeper {
    fn note(&self, line: String) -> io::Result<()> {
        self.story.borrow_mut().push(line);
        Ok(())
    }
}

impl Keeper for FakeKeeper {
    type Memory = FakeMemory;
    fn fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
    fn events(&mut self) -> io::Result<Vec<KeeperEvent<FakeMemory>>> {
        let mut bytes = [0; 64];
        while matches!(self.socket.read(&mut bytes), Ok(1..)) {}
        Ok(std::mem::take(&mut self.events.borrow_mut()))
    }
    fn spawn(&mut self, pane: PaneId, program: &Program, _size: Size) -> io::Result<()> {
        if program.shell.is_empty() {
            return Err(io::Error::other("no shell"));
        }
        self.note(format!("keeper: spawn {pane}"))
    }
    fn resize(&mut self, pane: PaneId, size: Size) -> io::Result<()> {
        self.note(format!("keeper: resize {pane} {}x{}", size.cols, size.rows))
    }
    fn signal(&mut self, pane: PaneId, signal: Signal) -> io::Result<()> {
        self.note(format!("keeper: signal {pane} {signal:?}"))
    }
    fn acknowledge_exit(&mut self, pane: PaneId) -> io::Result<()> {
        self.note(format!("keeper: acknowledged {pane}"))
    }
    fn release(&mut self, pane: PaneId) -> io::Result<()> {
        self.note(format!("keeper: release {pane}"))
    }
    fn replace(&mut self, program: &str) -> io::Result<()> {
        self.note(format!("keeper: replace {program}"))
    }
    fn next(&mut self, program: &str) -> io::Result<()> {
        self.note(format!("keeper: next {program}"))
    }
    fn take_over(&mut self) -> io::Result<()> {
        Ok(())
    }
    fn shutdown(&mut self) -> io::Result<()> {
        self.note("keeper: shutdown".to_owned())
    }
    fn drained(&mut self) -> io::Result<()> {
        self.note("keeper: drained".to_owned())
    }
    fn ring_doorbell(&self) {}
    fn write_structure(&mut self, record: &[u8]) -> io::Result<()> {
        self.note(format!("keeper: structure {}", String::from_utf8_lossy(record)))
    }
    fn take_its_place(&self, _listener: BorrowedFd<'_>, panes: &[Held<'_, FakeMemory>]) -> io::Error {
        io::Error::other(format!("no place for {} panes", panes.len()))
    }
}

/// The loop and its surroundings.
pub struct World {
    pub reactor: Reactor<FakeCore, FakeKeeper>,
    pub story: Story,
    pub structure: Rc<RefCell<Option<Vec<u8>>>>,
    events: Rc<RefCell<Vec<KeeperEvent<FakeMemory>>>>,
    keeper_end: UnixStream,
    folder: tempfile::TempDir,
}

impl World {
    /// A world whose core answers each input with these effects.
    pub fn new(script: impl FnMut(&Input<'_>) -> Vec<Effect> + 'static) -> World {
        World::with_store(script, |wake| {
            let worker = Worker::start(Box::new(memory::Memory::default()), move || wake());
            StoreLink::new(worker.map_err(|e| e.to_string()))
        })
    }

    pub fn with_store(
        script: impl FnMut(&Input<'_>) -> Vec<Effect> + 'static,
        store: impl FnOnce(Wake) -> StoreLink,
    ) -> World {
        World::with(script, store, None)
    }

    pub fn with(
        script: impl FnMut(&Input<'_>) -> Vec<Effect> + 'static,
        store: impl FnOnce(Wake) -> StoreLink,
        careful: Option<Careful>,
    ) -> World {
        let story = Story::default();
        let structure = Rc::new(RefCell::new(None));
        let events = Rc::new(RefCell::new(Vec::new()));
        let (socket, keeper_end) = UnixStream::pair().expect("a pair");
        socket.set_nonblocking(true).expect("nonblocking");
        let folder = tempfile::tempdir().expect("a folder");
        let listener = UnixListener::bind(folder.path().join("socket")).expect("a listener");
        let core = FakeCore {
            story: story.clone(),
            script: Box::new(script),
            effects: Vec::new(),
            structure: structure.clone(),
            screens: BTreeMap::new(),
            left: 0,
        };
        let keeper = FakeKeeper { story: story.clone(), events: events.clone(), socket };
        let uid = rustix::process::getuid().as_raw();
        let parts = Parts {
            core,
            keeper,
            listener,
            signals: Signals::none(),
            clock,
            give_back: || {},
            careful,
            program: "/abide".to_owned(),
            on_trial: false,
            uid,
        };
        let reactor = Reactor::new(parts, store).expect("a loop");
        World { reactor, story, structure, events, keeper_end, folder }
    }

    /// One turn that does not wait.
    pub fn turn(&mut self) {
        self.reactor.turn(Some(Duration::ZERO)).expect("a turn");
    }

    /// Turns until a line is in the story.
    pub fn until(&mut self, line: &str) {
        let began = std::time::Instant::now();
        while !self.has(line) {
            assert!(began.elapsed() < Duration::from_secs(20), "no `{line}` in {:#?}", self.story.borrow());
            self.reactor.turn(Some(Duration::from_millis(5))).expect("a turn");
        }
    }

    pub fn has(&self, line: &str) -> bool {
        self.story.borrow().iter().any(|l| l == line)
    }

    pub fn count(&self, beginning: &str) -> usize {
        self.story.borrow().iter().filter(|l| l.starts_with(beginning)).count()
    }

    pub fn keeper_says(&mut self, event: KeeperEvent<FakeMemory>) {
        self.events.borrow_mut().push(event);
        self.keeper_end.write_all(b"!").expect("a write");
    }

    /// A pane whose program will write this.
    pub fn open_pane(&mut self, number: u32, script: impl Into<Vec<u8>>) -> Rc<PaneWorld> {
        let pane = PaneWorld::new(script);
        let facts = PtyFacts { pid: 1000 + number, tty: String::new() };
        let (memory, wake) = (FakeMemory(pane.clone()), pane.wake_fd());
        self.keeper_says(KeeperEvent::Opened { pane: PaneId(number), facts, memory, wake });
        self.until(&format!("opened %{number} Ok({})", 1000 + number));
        pane
    }

    pub fn exit_pane(&mut self, number: u32, end: u64) {
        self.keeper_says(KeeperEvent::Exited { pane: PaneId(number), status: ExitStatus::Code(0), end });
    }

    pub fn connect(&mut self) -> FakeViewer {
        let socket = UnixStream::connect(self.folder.path().join("socket")).expect("a connection");
        socket.set_nonblocking(true).expect("nonblocking");
        FakeViewer {
            socket,
            end: ClientEnd::new(hello()).expect("an end"),
            heard: Vec::new(),
            ended: false,
            fault: String::new(),
        }
    }

    /// Turns, with the viewer talking and listening, until it has heard so many messages.
    pub fn until_heard(&mut self, viewer: &mut FakeViewer, count: usize) {
        let began = std::time::Instant::now();
        while viewer.heard.len() < count {
            assert!(began.elapsed() < Duration::from_secs(20), "heard only {:?}", viewer.heard);
            viewer.write();
            self.reactor.turn(Some(Duration::from_millis(1))).expect("a turn");
            viewer.listen();
        }
    }
}

pub fn hello() -> Hello {
    Hello {
        pid: 1,
        cwd: "/".into(),
        tty: String::new(),
        kind: ViewerKind::Program,
        term: String::new(),
        client: 7,
        features: Vec::new(),
        versions: SPOKEN,
        environment: Vec::new(),
    }
}

/// A client on a real socket.
pub struct FakeViewer {
    pub socket: UnixStream,
    pub end: ClientEnd,
    pub heard: Vec<ServerMessage>,
    pub ended: bool,
    pub fault: String,
}

impl FakeViewer {
    pub fn say(&mut self, message: &ClientMessage) {
        self.end.send(message).expect("it fits");
        self.write();
    }
    pub fn ping(&mut self, number: u64) {
        self.say(&ClientMessage::Ping(Ping { number }));
    }
    /// Writes what the socket takes; whether all is out.
    pub fn write(&mut self) -> bool {
        while !self.end.outbox.is_empty() {
            match self.socket.write(self.end.outbox.pending()) {
                Ok(n) => self.end.outbox.sent(n),
                Err(_) => return false,
            }
        }
        true
    }
    pub fn listen(&mut self) {
        let mut bytes = [0; 4096];
        loop {
            match self.socket.read(&mut bytes) {
                Ok(0) => {
                    self.ended = true;
                    return;
                }
                Ok(n) => self.end.take(&bytes[..n]),
                Err(e) => {
                    self.ended |= e.kind() != ErrorKind::WouldBlock;
                    return;
                }
            }
            loop {
                match self.end.next_message() {
                    Ok(Some(message)) => self.heard.push(message),
                    Ok(None) => break,
                    Err(fault) => {
                        self.fault = fault.to_string();
                        return;
                    }
                }
            }
        }
    }
}

/// What the real server does with a hello.
pub fn welcome() -> ServerMessage {
    ServerMessage::Welcome(abide_protocol::message::Welcome {
        pid: 1,
        epoch: 1,
        input: 0,
        version: SPOKEN.max,
        features: Vec::new(),
        software: "test".into(),
    })
}

/// A core that greets and answers pings.
pub fn polite(input: &Input<'_>) -> Vec<Effect> {
    match input {
        Input::ViewerSaid(id, ClientMessage::Hello(_)) => vec![Effect::TellViewer(*id, welcome())],
        Input::ViewerSaid(id, ClientMessage::Ping(ping)) => {
            vec![Effect::TellViewer(*id, ServerMessage::Pong(*ping))]
        }
        _ => Vec::new(),
    }
}

pub fn program(shell: &str) -> Program {
    Program { words: Vec::new(), shell: shell.into(), cwd: "/".into(), environment: Vec::new() }
}

pub const TICKET: Ticket = Ticket(9);
