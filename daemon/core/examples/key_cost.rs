//! What a key and its echo cost a daemon, from the bytes of a client's message to the bytes of its update:
//! `cargo run --release -p abide-core --example key_cost [KEYS]`.
//!
//! Warm is key after key; cold is with the processor's caches emptied in between, as they are when a person types. Under
//! callgrind the instructions of `KEYS` keys are exact: the warm half alone runs when a number is given.
#![allow(clippy::disallowed_methods, reason = "the core does none of this; a program around it may")]

use abide_core::base::ids::{PaneId, ViewerId};
use abide_core::base::instant::{Instant, Now};
use abide_core::boundary::{Answer, Effect, HostFacts, Input, Occasion, PtyFacts, Question};
use abide_core::server::Server;
use abide_protocol::connection::{ClientEnd, ServerEnd};
use abide_protocol::message::{
    Attach, ClientMessage, Command, Hello, Input as Typed, InputEvent, SurfaceKind, ViewerKind,
};
use abide_protocol::version::SPOKEN;
use std::time::Duration;

const VIEWER: ViewerId = ViewerId(1);
/// More than the caches of a processor's core hold.
const CACHES_BYTES: usize = 16 << 20;

struct Daemon {
    server: Server,
    now: Now,
    here: ServerEnd,
    there: ClientEnd,
    pane: PaneId,
    output_bytes: u64,
    seq: u64,
}

impl Daemon {
    fn new() -> Daemon {
        let now = Now { instant: Instant(1000), wall_seconds: 1_795_519_565, zone_seconds: 0 };
        let facts = HostFacts {
            pid: 2,
            keeper_pid: 1,
            host: "host".to_owned(),
            user: "user".to_owned(),
            home: "/home/user".to_owned(),
            shell: "/bin/sh".to_owned(),
            socket_path: "/run/abide/default".to_owned(),
            environment: vec![("PATH".to_owned(), "/bin".to_owned())],
            epoch: 1,
            started: now,
            occasion: Occasion::Usual,
        };
        let hello = Hello {
            pid: 3,
            cwd: "/home/user".to_owned(),
            tty: "/dev/pts/1".to_owned(),
            kind: ViewerKind::Terminal,
            term: "xterm-256color".to_owned(),
            client: 77,
            features: Vec::new(),
            versions: SPOKEN,
            environment: Vec::new(),
        };
        let there = ClientEnd::new(hello).expect("a hello");
        let server = Server::new(facts, Vec::new(), now);
        let mut daemon =
            Daemon { server, now, here: ServerEnd::new(), there, pane: PaneId(0), output_bytes: 0, seq: 0 };
        daemon.server.handle(now, Input::ViewerJoined(VIEWER));
        daemon.exchange();
        let words = ["new-session", "-d", "-s", "work"].map(str::to_owned).to_vec();
        let size = abide_protocol::message::Size::default();
        daemon.say(&ClientMessage::Command(Command { id: 1, size, words, surface: 90 }));
        let size = abide_protocol::message::Size { cols: 80, rows: 24 };
        daemon.say(&ClientMessage::Attach(Attach {
            resize: true,
            kind: SurfaceKind::Session,
            size,
            target: "work".to_owned(),
            surface: 1,
            read_only: false,
        }));
        daemon
    }

    fn say(&mut self, message: &ClientMessage) {
        self.there.send(message).expect("a message");
        self.exchange();
    }

    /// Until neither side has anything to say.
    fn exchange(&mut self) {
        loop {
            self.here.take(self.there.outbox.pending());
            let said = self.there.outbox.len();
            self.there.outbox.sent(said);
            while let Some(message) = self.here.next_message().expect("a valid message") {
                self.handle(Input::ViewerSaid(VIEWER, message));
            }
            self.there.take(self.here.outbox.pending());
            let told = self.here.outbox.len();
            self.here.outbox.sent(told);
            while self.there.next_message().expect("a valid message").is_some() {}
            if told > 0 {
                self.handle(Input::ViewerDrained(VIEWER));
            }
            if self.here.outbox.is_empty() && self.there.outbox.is_empty() {
                return;
            }
        }
    }

    fn handle(&mut self, input: Input<'_>) {
        self.server.handle(self.now, input);
        drop(self.server.structure());
        for effect in self.server.effects() {
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::SpawnPty { pane, .. } => {
                self.pane = pane;
                let facts = PtyFacts { pid: 9, tty: "/dev/pts/2".to_owned() };
                self.handle(Input::PtyOpened(pane, Ok(facts)));
            }
            Effect::TellViewer(_, message) => self.here.send(&message).expect("a message that fits"),
            Effect::Ask(ticket, Question::Commit(_)) => {
                self.handle(Input::Answered(ticket, Answer::Committed));
            }
            _ => {}
        }
    }

    /// One key, and what a program that echoes it in one place writes. `from` to `to` is what is measured.
    fn key(&mut self) -> Duration {
        self.now.instant = self.now.instant.after_ms(20);
        self.seq += 1;
        let letter = b'A' + (self.seq % 26) as u8;
        let events = vec![InputEvent::Key(char::from(letter).to_string())];
        let typed = Typed { seq: self.seq, events, surface: 1 };
        self.there.send(&ClientMessage::Input(typed)).expect("a key");
        let bytes = self.there.outbox.pending().to_vec();
        self.there.outbox.sent(bytes.len());

        let start = std::time::Instant::now();
        self.here.take(&bytes);
        while let Some(message) = self.here.next_message().expect("a valid message") {
            self.handle(Input::ViewerSaid(VIEWER, message));
        }
        self.output_bytes += 2;
        self.handle(Input::PtyOutput(self.pane, self.output_bytes, &[b'\r', letter]));
        let update = self.here.outbox.pending().len();
        self.handle(Input::ViewerDrained(VIEWER));
        let took = start.elapsed();

        assert!(update > 40, "an acknowledgement and an update: {update} bytes");
        self.exchange();
        took
    }
}

fn median(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(0.0, |t| t.as_nanos() as f64 / 1000.0)
}

fn main() {
    let keys: Option<usize> = std::env::args().nth(1).and_then(|keys| keys.parse().ok());
    let mut daemon = Daemon::new();
    let mut warm: Vec<Duration> = (0..keys.unwrap_or(5000)).map(|_| daemon.key()).collect();
    println!("warm: {:6.1} µs a key (median of {})", median(&mut warm), warm.len());
    if keys.is_some() {
        return;
    }
    let mut caches = vec![1u8; CACHES_BYTES];
    let mut sum = 0u64;
    let mut cold: Vec<Duration> = (0..500)
        .map(|_| {
            for byte in caches.iter_mut().step_by(64) {
                *byte = byte.wrapping_add(1);
                sum += u64::from(*byte);
            }
            daemon.key()
        })
        .collect();
    println!("cold: {:6.1} µs a key (median of {}; {})", median(&mut cold), cold.len(), sum % 2);
}
