//! Three programs that print, a person that types, and an uninterrupted run of the same beside it: whatever is done
//! to the daemon meanwhile, in the end every program lives, every key was taken once, and the dumps of screens and
//! histories are equal, byte for byte.

use super::seed::Dice;
use abide_tests::server::{SOON, Server, alive, program};
use abide_tests::terminal::Terminal;
use std::time::{Duration, Instant};

struct Producer {
    window: &'static str,
    manner: &'static str,
    lines: u64,
}

const PRODUCERS: [Producer; 3] = [
    Producer { window: "flood", manner: "saturate", lines: 400_000 },
    Producer { window: "steady", manner: "steady", lines: 30_000 },
    Producer { window: "bursts", manner: "bursty", lines: 150_000 },
];

/// Memory for the history of one pane of the server that something is done to: most of it has to be on disk alone, where
/// the calm server has all of it in memory.
const MEMORY_BYTES: &str = "300000";

fn start(server: &Server, memory_bytes: &str) {
    let producer = program("abide-test-producer");
    server.ok(&[
        "start-server",
        ";",
        "set-option",
        "-g",
        "history-limit",
        "500000",
        ";",
        "set-option",
        "-s",
        "history-memory",
        memory_bytes,
        ";",
        "new-session",
        "-d",
        "-s",
        "k",
        "-x",
        "80",
        "-y",
        "24",
    ]);
    for p in &PRODUCERS {
        let command = format!("exec {} {} {}", producer.display(), p.manner, p.lines);
        server.ok(&["new-window", "-d", "-t", "k:", "-n", p.window, &command]);
    }
    let record = format!("exec {} record typed", producer.display());
    server.ok(&["new-window", "-t", "k:", "-n", "typing", &record]);
    server.wait_pane("k:typing", "recording");
}

fn pids(server: &Server) -> Vec<u32> {
    server
        .ok(&["list-panes", "-s", "-t", "k", "-F", "#{pane_pid}"])
        .lines()
        .map(|pid| pid.parse().expect("a pid"))
        .collect()
}

fn dump(server: &Server, p: &Producer) -> String {
    let target = format!("k:{}", p.window);
    server.wait_pane(&target, &format!("all-{}-said", p.lines));
    server.ok(&["capture-pane", "-p", "-e", "-S", "-", "-t", &target])
}

/// A trial under way.
pub(crate) struct Trial {
    calm: Server,
    pub(crate) server: Server,
    person: Terminal,
    programs: Vec<u32>,
    typed: u64,
}

impl Trial {
    /// Starts both servers and the person's terminal.
    pub(crate) fn begin(server: Server) -> Trial {
        let calm = Server::new();
        start(&calm, "100000000");
        start(&server, MEMORY_BYTES);
        let programs = pids(&server);
        let mut person = server.terminal(&["attach", "-t", "k:typing"], 80, 24);
        person.wait_text("recording", SOON);
        Trial { calm, server, person, programs, typed: 0 }
    }

    /// Types for so long.
    pub(crate) fn type_for(&mut self, dice: &mut Dice, time: Duration) {
        let until = Instant::now() + time;
        while Instant::now() < until {
            self.typed += 1;
            self.person.type_text(&format!("key {}\r", self.typed));
            self.person.read(Duration::from_millis(dice.below(20)));
        }
    }

    /// Looks at what came of it. Gives keys typed and bytes compared.
    pub(crate) fn end(mut self) -> (u64, usize) {
        let (server, typed) = (&self.server, self.typed);
        self.person.wait_text(&format!("took key {typed}"), SOON);
        assert_eq!(pids(server), self.programs, "the same programs");
        assert!(self.programs.iter().all(|pid| alive(*pid)), "and all alive");
        let recorded = std::fs::read_to_string(server.folder("home").join("typed")).expect("what was typed");
        let expected: String = (1..=typed).map(|n| format!("key {n}\n")).collect();
        let difference = || first_difference(&recorded, &expected);
        assert!(recorded == expected, "keys were lost or doubled:\n{}", difference());
        let mut bytes = 0;
        for p in &PRODUCERS {
            let (found, expected) = (dump(server, p), dump(&self.calm, p));
            bytes += found.len();
            assert!(
                found == expected,
                "{} differs from an uninterrupted run:\n{}",
                p.window,
                first_difference(&found, &expected)
            );
        }
        (typed, bytes)
    }
}

pub(crate) fn first_difference(found: &str, expected: &str) -> String {
    let at = found
        .lines()
        .zip(expected.lines())
        .position(|(a, b)| a != b)
        .unwrap_or(found.lines().count().min(expected.lines().count()));
    let show = |text: &str| {
        text.lines().skip(at.saturating_sub(1)).take(4).map(|l| format!("{l:?}\n")).collect::<String>()
    };
    format!(
        "at line {at} of {} (expected {}):\nfound:\n{}expected:\n{}",
        found.lines().count(),
        expected.lines().count(),
        show(found),
        show(expected)
    )
}
