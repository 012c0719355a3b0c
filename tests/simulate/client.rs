//! A client: a real end of the protocol on a real socket, mirrors of what it looks at, and the native client's own
//! memory of what it typed and has not been acknowledged. It can be slow, stop listening, and lose its connection.

use super::story::tell;
use abide::client::unacked::Unacked;
use abide_protocol::connection::ClientEnd;
use abide_protocol::limits::INPUT_BYTES_MAX;
use abide_protocol::message::{
    Attach, ClientMessage, Command, Detach, Hello, InputEvent, Resize, ServerMessage, Size, SurfaceKind,
    SurfaceNumber, ViewerKind,
};
use abide_protocol::mirror::Mirror;
use abide_protocol::version::SPOKEN;
use abide_tests::seed::Dice;
use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

/// The surface of a session.
pub(crate) const SESSION: SurfaceNumber = 0;
/// The surface of a second look.
pub(crate) const FRESH: SurfaceNumber = 50;

struct Link {
    socket: UnixStream,
    end: ClientEnd,
    welcomed: bool,
}

pub(crate) struct Client {
    /// Its number among clients, which is its letter too.
    pub(crate) number: u64,
    /// What it says it is.
    pub(crate) identity: u64,
    kind: ViewerKind,
    link: Option<Link>,
    unacked: Unacked,
    /// Words typed so far.
    pub(crate) words: u64,
    /// Words sent by commands so far.
    words_sent: u64,
    /// Letters typed so far beside the words.
    pub(crate) letters: u64,
    /// Number of the newest input.
    said: u64,
    acknowledged: u64,
    pub(crate) wanted: BTreeMap<SurfaceNumber, Attach>,
    pub(crate) mirrors: BTreeMap<SurfaceNumber, Mirror>,
    /// What it types may have no effect (its pane is dead), and then no daemon remembers it.
    pub(crate) forgives: bool,
    /// Does not listen.
    pub(crate) stalled: bool,
    commands: u32,
    pub(crate) done: u32,
    /// Commands under way that type a word, and the words whose commands succeeded.
    typing: BTreeMap<u32, u64>,
    pub(crate) typed: Vec<u64>,
}

impl Client {
    pub(crate) fn new(number: u64, identity: u64, kind: ViewerKind) -> Client {
        Client {
            number,
            identity,
            kind,
            link: None,
            unacked: Unacked::after(0),
            words: 0,
            words_sent: 0,
            letters: 0,
            said: 0,
            acknowledged: 0,
            wanted: BTreeMap::new(),
            mirrors: BTreeMap::new(),
            forgives: false,
            stalled: false,
            commands: 0,
            done: 0,
            typing: BTreeMap::new(),
            typed: Vec::new(),
        }
    }

    /// Its machine went down: it is another client from now on, and what it typed last may be lost.
    pub(crate) fn reborn(&mut self) {
        let wanted = std::mem::take(&mut self.wanted);
        let (words, words_sent, letters) = (self.words, self.words_sent, self.letters);
        let forgives = self.forgives;
        *self = Client::new(self.number, self.identity + 100, self.kind);
        self.forgives = forgives;
        (self.wanted, self.words, self.words_sent, self.letters) = (wanted, words, words_sent, letters);
    }

    /// The letter that it types beside its words.
    pub(crate) fn letter(&self) -> u8 {
        b'a' + (self.number % 26) as u8
    }

    fn hello(&self) -> Hello {
        Hello {
            cwd: "/home/user".to_owned(),
            pid: 4000,
            tty: if self.kind == ViewerKind::Terminal {
                format!("/dev/pts/9{}", self.number)
            } else {
                String::new()
            },
            kind: self.kind,
            term: "xterm-256color".to_owned(),
            client: self.identity,
            features: Vec::new(),
            versions: SPOKEN,
            environment: Vec::new(),
        }
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.link.is_some()
    }

    pub(crate) fn is_welcomed(&self) -> bool {
        self.link.as_ref().is_some_and(|l| l.welcomed)
    }

    /// Connects and says what a native client says first.
    pub(crate) fn connect(&mut self, path: &Path) {
        let Ok(socket) = UnixStream::connect(path) else { return };
        socket.set_nonblocking(true).expect("a socket");
        let end = ClientEnd::new(self.hello()).expect("a greeting fits");
        tell(format_args!("client {}: connects", self.number));
        self.link = Some(Link { socket, end, welcomed: false });
        self.mirrors.clear();
        self.typing.clear();
        let wanted: Vec<Attach> = self.wanted.values().cloned().collect();
        wanted.into_iter().for_each(|attach| self.say(&ClientMessage::Attach(attach)));
    }

    pub(crate) fn disconnect(&mut self) {
        if self.link.take().is_some() {
            tell(format_args!("client {}: its connection is gone", self.number));
        }
    }

    fn say(&mut self, message: &ClientMessage) {
        if let Some(link) = &mut self.link {
            link.end.send(message).expect("it fits a frame");
        }
    }

    pub(crate) fn attach(&mut self, number: SurfaceNumber, kind: SurfaceKind, target: &str, size: Size) {
        let resize = number == SESSION;
        let attach =
            Attach { kind, size, resize, target: target.to_owned(), surface: number, read_only: false };
        self.say(&ClientMessage::Attach(attach.clone()));
        self.wanted.insert(number, attach);
    }

    pub(crate) fn detach(&mut self, surface: SurfaceNumber) {
        self.wanted.remove(&surface);
        self.mirrors.remove(&surface);
        self.say(&ClientMessage::Detach(Detach { surface }));
    }

    pub(crate) fn resize(&mut self, size: Size) {
        if let Some(attach) = self.wanted.get_mut(&SESSION) {
            attach.size = size;
            self.say(&ClientMessage::Resize(Resize { size, surface: SESSION }));
        }
    }

    /// Says a command line; false where there is no connection to say it on.
    pub(crate) fn command(&mut self, line: &str) -> bool {
        if self.link.is_none() {
            return false;
        }
        self.commands += 1;
        tell(format_args!("client {}: command {line}", self.number));
        let words = line.split(' ').map(str::to_owned).collect();
        let command =
            Command { id: self.commands, size: Size::default(), words, surface: 900 + self.commands };
        self.say(&ClientMessage::Command(command));
        true
    }

    /// Types a word by a command, which is not repeated for a client that loses its connection.
    pub(crate) fn send_word(&mut self) {
        self.words_sent += 1;
        let line = format!("send-keys -l -t main <{}:{}>", self.sender(), self.words_sent);
        if self.command(&line) {
            self.typing.insert(self.commands, self.words_sent);
        }
    }

    /// Who its commands' words are from.
    pub(crate) fn sender(&self) -> u64 {
        self.number + 50
    }

    /// Types a word that names this client and its number, in one of several ways.
    pub(crate) fn type_word(&mut self, dice: &mut Dice) {
        if !self.unacked.has_room() {
            return;
        }
        self.words += 1;
        let word = format!("<{}:{}>", self.number, self.words);
        let events = match dice.below(20) {
            0..=8 => word.chars().map(|c| InputEvent::Key(c.to_string())).collect(),
            9..=13 => vec![InputEvent::Raw(word.into_bytes())],
            14..=18 => vec![InputEvent::Paste(word.into_bytes())],
            _ => {
                // Pieces, of which all but the last are full.
                let count = dice.below(3 * INPUT_BYTES_MAX as u64);
                self.letters += count;
                let mut text = word.into_bytes();
                text.resize(text.len() + count as usize, self.letter());
                let mut pieces: Vec<_> =
                    text.chunks(INPUT_BYTES_MAX).map(|p| InputEvent::Paste(p.to_vec())).collect();
                if text.len().is_multiple_of(INPUT_BYTES_MAX) {
                    pieces.push(InputEvent::Paste(Vec::new()));
                }
                pieces
            }
        };
        self.input(events);
    }

    fn input(&mut self, events: Vec<InputEvent>) {
        for input in self.unacked.add(SESSION, events) {
            tell(format_args!("client {}: input {}", self.number, input.seq));
            self.said = input.seq;
            if self.is_welcomed() {
                self.say(&ClientMessage::Input(input));
            }
        }
    }

    /// Whether everything that it typed is acknowledged.
    pub(crate) fn is_heard(&self) -> bool {
        self.unacked.again(false).next().is_none()
    }

    /// Writes at most so many bytes of what it has to say, wherever that cuts a frame.
    pub(crate) fn write(&mut self, bytes_max: usize) {
        let Some(Link { socket, end, .. }) = &mut self.link else { return };
        let pending = end.outbox.pending();
        let piece = pending.get(..bytes_max.min(pending.len())).unwrap_or_default();
        if piece.is_empty() {
            return;
        }
        match socket.write(piece) {
            Ok(n) => end.outbox.sent(n),
            Err(e) if e.kind() == ErrorKind::WouldBlock => {}
            // What was said before it went is still to be read; reading finds its end.
            Err(_) => {
                let all = end.outbox.len();
                end.outbox.sent(all);
            }
        }
    }

    /// Writes bytes that are no frame.
    pub(crate) fn write_rubbish(&mut self, bytes: &[u8]) {
        tell(format_args!("client {}: rubbish of {} bytes", self.number, bytes.len()));
        if let Some(link) = &mut self.link {
            let _ = link.socket.write(bytes);
        }
    }

    /// Reads at most so many bytes, and hears what is whole of them.
    pub(crate) fn read(&mut self, bytes_max: usize) -> usize {
        let Some(link) = &mut self.link else { return 0 };
        let mut piece = vec![0; bytes_max];
        let read = match link.socket.read(&mut piece) {
            Ok(0) => 0,
            Ok(n) => n,
            Err(e) if e.kind() == ErrorKind::WouldBlock => return 0,
            Err(_) => 0,
        };
        if read == 0 {
            self.disconnect();
            return 0;
        }
        link.end.take(&piece[..read]);
        loop {
            let Some(link) = &mut self.link else { return read };
            match link.end.next_message() {
                Ok(Some(message)) => self.hear(message),
                Ok(None) => return read,
                Err(fault) => panic!("client {}: the server said what can't be: {fault}", self.number),
            }
        }
    }

    fn hear(&mut self, message: ServerMessage) {
        let number = self.number;
        match message {
            ServerMessage::Update(update) => {
                let mirror = self.mirrors.entry(update.surface).or_default();
                if let Err(fault) = mirror.apply(&update) {
                    panic!(
                        "client {number}: an update of surface {} does not apply: {fault}",
                        update.surface
                    );
                }
            }
            ServerMessage::InputAck(ack) => self.acknowledge(ack.seq, "an acknowledgement"),
            ServerMessage::Welcome(welcome) => {
                if let Some(link) = &mut self.link {
                    link.welcomed = true;
                }
                assert!(
                    welcome.input >= self.acknowledged || self.forgives,
                    "client {number}: {} was acknowledged, now the server knows only {}",
                    self.acknowledged,
                    welcome.input
                );
                self.acknowledge(welcome.input, "a welcome");
                let again: Vec<_> = self.unacked.again(true).collect();
                again.into_iter().for_each(|input| self.say(&ClientMessage::Input(input)));
            }
            ServerMessage::Detached(detached) => {
                tell(format_args!("client {number}: detached {} {:?}", detached.surface, detached.reason));
                self.wanted.remove(&detached.surface);
                self.mirrors.remove(&detached.surface);
            }
            ServerMessage::Done(done) => {
                self.done += 1;
                let word = self.typing.remove(&done.id);
                self.typed.extend(word.filter(|_| done.status == 0));
            }
            ServerMessage::Error(error) => {
                tell(format_args!("client {number}: refused: {}", error.text));
                if let Some(surface) = error.surface {
                    self.wanted.remove(&surface);
                    self.mirrors.remove(&surface);
                }
            }
            ServerMessage::Refused(refused) => panic!("client {number}: refused: {}", refused.text),
            _ => {}
        }
    }

    fn acknowledge(&mut self, seq: u64, how: &str) {
        assert!(seq <= self.said, "client {}: {how} of {seq}, only {} were said", self.number, self.said);
        self.acknowledged = self.acknowledged.max(seq);
        self.unacked.acknowledge(seq);
    }
}
