//! A session on the person's terminal: one loop over terminal, socket and signals.
//!
//! Nothing here waits for the terminal: what it does not take now stays in a buffer, and while it is not
//! empty the socket is not read, so that the daemon, which sends no update before the last one left, paces
//! itself by the slowest link of the chain.

use super::{
    SURFACE,
    ending::Ending,
    input::{Answers, Decoder},
    limits::{PASTE_SILENCE_MAX, RETRY_MIN},
    link::{Broken, Link, connect_again},
    paint::{Abilities, PICTURE_QUERIES, Painter, PictureForm},
    reconnect::Lost,
    terminal::{Signals, Told, Tty, give_back, picture_form},
    unacked::Unacked,
};
use crate::start::Invocation;
use abide_protocol::{message::*, mirror::Mirror};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::{Signal, getpid, kill_process},
};
use std::{
    io::{self, Write as _},
    time::{Duration, Instant},
};

/// Shows the session until it ends; gives the exit status.
///
/// # Errors
/// A sentence for the person, when the terminal can't be taken.
pub(super) fn show(
    invocation: &Invocation,
    hello: Hello,
    link: Link,
    attached: Attached,
    tty: Tty,
    abilities: Abilities,
) -> Result<i32, String> {
    let cannot = |e: io::Error| format!("open terminal failed: {e}");
    let signals = Signals::listen().map_err(cannot)?;
    tty.take(&abilities).map_err(cannot)?;
    let painter = Painter::new(tty.size(), abilities);
    let mut client = Client {
        invocation,
        hello,
        unacked: Unacked::after(link.input_before()),
        epoch: link.epoch(),
        link: Some(link),
        lost: None,
        mended: Instant::now(),
        pause: Duration::ZERO,
        attached,
        tty,
        signals,
        painter,
        mirror: Mirror::new(),
        decoder: Decoder::new(),
        piece: vec![0; TYPED_BYTES].into(),
        escape: None,
        out: Vec::new(),
        said: Vec::new(),
    };
    client.enter(true);
    client.decoder.tell_presses(client.link.as_ref().is_some_and(|link| link.has(feature::KEY_PRESSES)));
    let ending = client.run();
    let Client { said, signals, tty, .. } = client;
    give_back();
    drop((signals, tty));
    let _ = io::stderr().write_all(&said);
    Ok(ending.say(&shell()))
}

/// The shell for `detach-client -E`.
fn shell() -> String {
    std::env::var("SHELL").ok().filter(|s| s.starts_with('/')).unwrap_or_else(|| "/bin/sh".to_owned())
}

struct Client<'a> {
    invocation: &'a Invocation,
    hello: Hello,
    link: Option<Link>,
    /// Since the connection broke until the first update after it is back.
    lost: Option<Lost>,
    mended: Instant,
    pause: Duration,
    attached: Attached,
    tty: Tty,
    signals: Signals,
    painter: Painter,
    mirror: Mirror,
    decoder: Decoder,
    /// Scratch for what is typed.
    piece: Box<[u8]>,
    /// When a lone escape is a key, or a paste without an end is passed on.
    escape: Option<Instant>,
    unacked: Unacked,
    /// The daemon's.
    epoch: u64,
    /// Bytes that the terminal has not yet taken.
    out: Vec<u8>,
    /// What a command printed to standard error, for after the end.
    said: Vec<u8>,
}

/// Bytes of one read from the terminal.
const TYPED_BYTES: usize = 16 * 1024;
/// Bytes of a command's words kept for after the end.
const SAID_BYTES_MAX: usize = 64 * 1024;
/// A connection that lasted as long as this was a good one: the next attempt after it need not wait.
const GOOD: Duration = Duration::from_secs(1);

impl Client<'_> {
    fn run(&mut self) -> Ending {
        loop {
            match self.turn() {
                Ok(()) => {}
                Err(ending) => return ending,
            }
        }
    }

    fn turn(&mut self) -> Result<(), Ending> {
        // In this order: what was read and not yet handled, because the terminal was full, must not be left
        // when nothing is left to wait for.
        self.write_tty()?;
        self.messages()?;
        if let Some(link) = &mut self.link
            && let Err(broken) = link.write()
        {
            self.broke(broken)?;
        }
        let ready = self.wait();
        if ready.signals {
            self.heed_signals()?;
        }
        let now = Instant::now();
        self.look_for_server(now)?;
        if ready.tty {
            self.type_in()?;
        }
        if self.escape.is_some_and(|at| Instant::now() >= at) {
            self.escape = None;
            let events = self.decoder.time_is_up();
            self.send(events);
        }
        if ready.link
            && let Some(link) = &mut self.link
            && let Err(broken) = link.read()
        {
            // What it said before it broke counts: a last `Detached`, perhaps.
            self.messages()?;
            self.broke(broken)?;
        }
        if ready.room && !ready.link && self.out.is_empty() {
            // Nothing else is to be seen now: more of a picture.
            self.painter.send_piece(&self.mirror, &mut self.out);
        }
        Ok(())
    }

    /// Waits for whatever comes first.
    fn wait(&self) -> Ready {
        let deadline =
            [self.escape, self.lost.map(|lost| lost.wake(self.link.is_some()))].into_iter().flatten().min();
        let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
        let timeout = left.and_then(|left| Timespec::try_from(left).ok());
        let mut tty = PollFlags::empty();
        tty.set(PollFlags::IN, self.unacked.has_room());
        tty.set(PollFlags::OUT, !self.out.is_empty() || self.painter.is_sending());
        let mut fds = vec![
            PollFd::from_borrowed_fd(self.signals.fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(self.tty.fd(), tty),
        ];
        if let Some(link) = &self.link {
            let mut wanted = PollFlags::empty();
            wanted.set(PollFlags::IN, self.out.is_empty());
            wanted.set(PollFlags::OUT, link.has_pending());
            // A link that is asked nothing would still report its end, again and again.
            if !wanted.is_empty() {
                fds.push(PollFd::from_borrowed_fd(link.fd(), wanted));
            }
        }
        // An interruption is a signal, of which the next look finds the byte.
        if poll(&mut fds, timeout.as_ref()).is_err() {
            return Ready::default();
        }
        let is = |i: usize| {
            let flags = PollFlags::IN | PollFlags::HUP | PollFlags::ERR;
            fds.get(i).is_some_and(|fd| fd.revents().intersects(flags))
        };
        let room = fds.get(1).is_some_and(|fd| fd.revents().contains(PollFlags::OUT));
        Ready { signals: is(0), tty: is(1), room, link: is(2) && self.out.is_empty() }
    }

    /// Takes what was read, one message after the other, until one gives the terminal something to do.
    fn messages(&mut self) -> Result<(), Ending> {
        while self.out.is_empty() {
            let Some(link) = &mut self.link else { return Ok(()) };
            match link.next_message() {
                Ok(Some(message)) => self.message(message)?,
                Ok(None) => return Ok(()),
                Err(broken) => self.broke(broken)?,
            }
            self.write_tty()?;
        }
        Ok(())
    }

    fn message(&mut self, message: ServerMessage) -> Result<(), Ending> {
        match message {
            ServerMessage::Update(update) if update.surface == SURFACE => self.update(&update)?,
            ServerMessage::Picture(piece) if piece.surface == SURFACE => {
                match self.painter.take_piece(piece, &self.mirror, &mut self.out) {
                    Some(next) => self.say(&ClientMessage::GetPicture(next)),
                    None => self.ask_for_pictures(),
                }
            }
            ServerMessage::InputAck(ack) => self.unacked.acknowledge(ack.seq),
            ServerMessage::Welcome(welcome) => {
                self.greeted_anew(&welcome);
                // Said again after a reconnect: what had its effect has it once.
                self.unacked.acknowledge(welcome.input);
                let presses = welcome.features.iter().any(|f| f == feature::KEY_PRESSES);
                self.decoder.tell_presses(presses);
                let again: Vec<Input> = self.unacked.again(presses).collect();
                again.into_iter().for_each(|input| self.say(&ClientMessage::Input(input)));
            }
            ServerMessage::Attached(attached) if attached.surface == SURFACE => self.attached = attached,
            ServerMessage::Detached(detached) if detached.surface == SURFACE => {
                return Err(ending(detached));
            }
            ServerMessage::Event(Event::Clipboard(text)) => self.painter.clipboard(&text, &mut self.out),
            ServerMessage::Event(Event::Suspend(SURFACE)) => self.suspend()?,
            // Looking for the session after a reconnect: it ended meanwhile.
            ServerMessage::Error(e) if e.surface == Some(SURFACE) && self.lost.is_some() => {
                return Err(if e.code == ErrorCode::NotFound {
                    Ending::Exited
                } else {
                    Ending::Fault(e.text)
                });
            }
            // Standard input is the terminal, and that is taken: there is nothing to read.
            ServerMessage::ReadInput(wanted) => {
                let nothing = CommandInput { id: wanted.id, last: true, text: Vec::new() };
                self.say(&ClientMessage::CommandInput(nothing));
            }
            ServerMessage::Output(output) if output.stream == Stream::Err => {
                let room = SAID_BYTES_MAX.saturating_sub(self.said.len());
                self.said.extend(output.text.into_iter().take(room));
            }
            _ => {}
        }
        Ok(())
    }

    fn update(&mut self, update: &Update) -> Result<(), Ending> {
        if self.mirror.apply(update).is_err() {
            // We and the daemon no longer agree on what there is: a new connection begins with all of it.
            return self.broke(Broken::Gone);
        }
        if let Some(lost) = self.lost.take() {
            self.mended = Instant::now();
            self.pause = lost.pause();
            self.painter.forget();
        }
        self.painter.paint(&self.mirror, update, &mut self.out);
        if update.pictures.is_some() {
            self.ask_for_pictures();
        }
        Ok(())
    }

    fn ask_for_pictures(&mut self) {
        for wanted in self.painter.look(&self.mirror, SURFACE, &mut self.out) {
            self.say(&ClientMessage::GetPicture(wanted));
        }
    }

    /// Another connection: pictures that were on their way are lost, and a daemon of another epoch has other ones.
    fn greeted_anew(&mut self, welcome: &Welcome) {
        let another = std::mem::replace(&mut self.epoch, welcome.epoch) != welcome.epoch;
        self.painter.lose_pictures(another, &mut self.out);
        // Found out while this connection was being made.
        if self.painter.abilities().pictures.is_some() {
            self.tell_features();
        }
    }

    /// Says anew what this client can do, where the daemon listens.
    fn tell_features(&mut self) {
        if self.link.as_ref().is_some_and(|link| link.has(feature::FEATURES_LATER)) {
            let features = self.hello.features.clone();
            self.say(&ClientMessage::Features(Features { features }));
        }
    }

    /// The terminal has answered what pictures it takes.
    fn found_out(&mut self, answers: &Answers) {
        let Some(form) = picture_form(self.painter.abilities(), answers, self.tty.cell_pixels()) else {
            return;
        };
        let first = self.painter.abilities().pictures.is_none();
        self.painter.has_pictures(form, &self.mirror, &mut self.out);
        self.tty.knows_better(self.painter.abilities());
        if first {
            self.hello.features.push(feature::PICTURES.to_owned());
            self.tell_features();
        }
    }

    fn write_tty(&mut self) -> Result<(), Ending> {
        while !self.out.is_empty() {
            match self.tty.write(&self.out) {
                Ok(0) => break,
                Ok(n) => drop(self.out.drain(..n)),
                Err(_) => return Err(Ending::LostTty),
            }
        }
        Ok(())
    }

    fn type_in(&mut self) -> Result<(), Ending> {
        let count = self.tty.read(&mut self.piece).map_err(|_| Ending::LostTty)?;
        let events = self.decoder.take(self.piece.get(..count).unwrap_or_default());
        let key =
            self.decoder.waits().then_some(Duration::from_millis(u64::from(self.attached.escape_time_ms)));
        let wait = key.or(self.decoder.waits_in_paste().then_some(PASTE_SILENCE_MAX));
        self.escape = wait.map(|wait| Instant::now() + wait);
        if self.decoder.takes_keyboard() {
            self.painter.has_keyboard(&mut self.out);
            self.tty.knows_better(self.painter.abilities());
        }
        if let Some(answers) = self.decoder.takes_answers() {
            self.found_out(&answers);
        }
        self.send(events);
        Ok(())
    }

    /// Numbers and sends what was typed; without a connection it is kept for the next one.
    fn send(&mut self, events: Vec<InputEvent>) {
        let greeted = self.link.as_ref().is_some_and(Link::is_greeted);
        for input in self.unacked.add(SURFACE, events) {
            if greeted {
                self.say(&ClientMessage::Input(input));
            }
        }
    }

    fn say(&mut self, message: &ClientMessage) {
        if let Some(link) = &mut self.link {
            // Input is cut into pieces that fit; nothing else of ours is large.
            let _ = link.send(message);
        }
    }

    fn heed_signals(&mut self) -> Result<(), Ending> {
        for told in self.signals.told() {
            match told {
                Told::HungUp => return Err(Ending::LostTty),
                Told::End => return Err(Ending::Terminated),
                Told::Resized => self.resized(),
                Told::GoesOn => self.come_back()?,
            }
        }
        Ok(())
    }

    fn resized(&mut self) {
        let size = self.tty.size();
        self.painter.resize(size);
        if matches!(self.painter.abilities().pictures, Some(PictureForm::Sixel { .. })) {
            // The letters may have another size.
            self.decoder.expect_answers();
            self.out.extend_from_slice(PICTURE_QUERIES);
        }
        self.say(&ClientMessage::Resize(Resize { size, surface: SURFACE }));
        self.repaint();
    }

    /// Makes the terminal ready.
    fn enter(&mut self, fresh: bool) {
        if self.painter.abilities().picture_query {
            self.decoder.expect_answers();
        }
        self.painter.enter(fresh, &mut self.out);
    }

    fn repaint(&mut self) {
        if self.mirror.size() != Size::default() {
            self.painter.repaint(&self.mirror, &mut self.out);
        }
    }

    /// Stops as by C-z, with the terminal given back.
    fn suspend(&mut self) -> Result<(), Ending> {
        give_back();
        let _ = kill_process(getpid(), Signal::TSTP);
        // Going on; the signal that says so may be handled before or after this line.
        self.come_back()
    }

    fn come_back(&mut self) -> Result<(), Ending> {
        let fresh = self.tty.take(self.painter.abilities()).map_err(|_| Ending::LostTty)?;
        self.enter(fresh);
        self.resized();
        Ok(())
    }

    /// The connection is of no more use.
    fn broke(&mut self, broken: Broken) -> Result<(), Ending> {
        self.link = None;
        if let Broken::Stranger(text) = broken {
            return Err(Ending::Fault(text));
        }
        let now = Instant::now();
        match &mut self.lost {
            Some(lost) => lost.failed(now, false),
            None => {
                let good = now.saturating_duration_since(self.mended) >= GOOD;
                let pause = if good { Duration::ZERO } else { (self.pause * 2).max(RETRY_MIN) };
                self.lost = Some(Lost::new(now, pause));
            }
        }
        Ok(())
    }

    fn look_for_server(&mut self, now: Instant) -> Result<(), Ending> {
        let Some(lost) = &mut self.lost else { return Ok(()) };
        if lost.is_over(now) {
            return Err(Ending::ServerLost);
        }
        if lost.is_worth_a_word(now) {
            self.painter.notice(" the server is gone, looking for it ... ", &mut self.out);
        }
        if self.link.is_some() || !lost.is_due(now) {
            return Ok(());
        }
        match connect_again(&self.invocation.places.socket, self.invocation.uid) {
            Ok(stream) => {
                // A stream that can't be used is an attempt that failed.
                match Link::new(stream, self.hello.clone()) {
                    Ok(link) => self.link = Some(link),
                    Err(_) => lost.failed(now, false),
                }
                let attach = Attach {
                    kind: SurfaceKind::Session,
                    size: self.tty.size(),
                    resize: true,
                    target: self.attached.session.clone(),
                    surface: SURFACE,
                    read_only: self.attached.read_only,
                };
                self.say(&ClientMessage::Attach(attach));
            }
            Err(e) => {
                let nobody = matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused);
                lost.failed(now, nobody);
            }
        }
        Ok(())
    }
}

/// What is ready.
#[derive(Clone, Copy, Debug, Default)]
struct Ready {
    signals: bool,
    tty: bool,
    /// The terminal takes bytes.
    room: bool,
    link: bool,
}

fn ending(detached: Detached) -> Ending {
    if !detached.exec.is_empty() {
        return Ending::Exec(detached.exec);
    }
    match detached.reason {
        DetachReason::Detached | DetachReason::Taken => Ending::Detached(detached.name),
        DetachReason::HungUp => Ending::HungUp(detached.name),
        DetachReason::Ended => Ending::Exited,
        DetachReason::ServerExited => Ending::ServerExited(detached.note),
    }
}
