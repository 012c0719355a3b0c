//! The end of a run: everything is healed, and then nothing may be missing.

use super::client::{FRESH, SESSION};
use super::clock;
use super::program::Manner;
use super::story::tell;
use super::world::World;
use abide_core::base::ids::PaneId;
use abide_core::screen::{RowView, Screen};
use abide_protocol::message::SurfaceKind;

/// Rounds of five milliseconds in which all must come to rest: a program's last bytes, every client's last word.
const ROUNDS_MAX: usize = 20_000;
/// Time in which the store has learnt everything, the longest pause after failures included.
const STORED_MS: u64 = 40_000;

impl World {
    /// Heals everything and looks at what came of it.
    pub(crate) fn judge(&mut self) {
        tell(format_args!("all is healed"));
        abide::deathpoint::watch(None);
        clock::stop_creeping();
        self.disk.heal();
        for client in &mut self.clients {
            client.stalled = false;
        }
        let mut rounds = 0;
        while !self.is_at_rest() {
            self.pump();
            rounds += 1;
            assert!(rounds < ROUNDS_MAX, "it does not come to rest: {}", self.unrest());
        }
        let until = clock::look().instant.0 + STORED_MS;
        while clock::look().instant.0 < until {
            self.pump();
            clock::pass_ms(45);
        }
        assert!(self.is_at_rest(), "it did not stay at rest: {}", self.unrest());
        self.judge_input();
        self.judge_screens();
        self.judge_mirrors();
        self.judge_store();
    }

    /// What is still going on.
    fn unrest(&mut self) -> String {
        let mut unrest = Vec::new();
        for client in &self.clients {
            if !client.is_welcomed() || !client.is_heard() {
                unrest.push(format!("client {} is not heard", client.number));
            }
        }
        let heads: Vec<(PaneId, u64, bool, bool)> = self
            .keeper
            .panes
            .iter_mut()
            .flatten()
            .map(|p| (p.id, p.journal_head(), p.is_quiet(), p.program.has_more()))
            .collect();
        for (id, head, quiet, more) in heads {
            if !quiet || more {
                unrest.push(format!("{id} is not quiet"));
            }
            let wrote = self.keeper.pane(id).map_or(0, |p| p.program.out.len() as u64);
            if head != wrote {
                unrest.push(format!("{id} wrote {wrote} bytes, {head} are in its journal"));
            }
        }
        if self.server().is_none() {
            unrest.push("no daemon".to_owned());
        }
        unrest.join(", ")
    }

    fn is_at_rest(&mut self) -> bool {
        self.unrest().is_empty()
    }

    /// Every word came, once; every letter of every paste; every question has its reply.
    fn judge_input(&mut self) {
        let here: Vec<PaneId> = self.keeper.panes.iter().flatten().map(|p| p.id).collect();
        // Where windows come and go what was typed may have gone to a pane that could not take it any more.
        let clients = if self.knobs.changes { &[][..] } else { &self.clients };
        for client in clients {
            let words = (self.words_from[&client.number]..=client.words).map(|word| (client.number, word));
            let sent = client.typed.iter().map(|word| (client.sender(), *word));
            for (number, word) in words.chain(sent) {
                let came = match self.knobs.together {
                    true => here.iter().all(|id| self.seen.contains(&(Some(*id), number, word))),
                    false => self.seen.contains(&(None, number, word)),
                };
                assert!(came, "<{number}:{word}> is lost");
            }
        }
        let programs = || {
            let here = self.keeper.panes.iter().flatten().map(|p| (p.id, &p.program));
            here.chain(self.keeper.buried.iter().map(|(id, p)| (*id, p)))
        };
        if self.past.is_empty() {
            for client in clients {
                let count = |got: &[u8]| got.iter().filter(|b| **b == client.letter()).count() as u64;
                let came: u64 = programs().map(|(_, p)| count(&p.got)).sum();
                let times = if self.knobs.together { here.len() as u64 } else { 1 };
                assert_eq!(came, client.letters * times, "letters that client {} typed", client.number);
            }
        }
        for (id, program) in programs().filter(|(_, p)| p.runs()) {
            assert_eq!(program.replies(), program.asked, "replies to what {id} asked");
        }
    }

    /// Every byte of every program is on its screen, once and in order: screen and history are those of a run
    /// without interruption. Where sizes change there is no such run; then no line is lost or doubled.
    fn judge_screens(&mut self) {
        let lines = u32::try_from(self.knobs.history_lines).expect("few lines");
        for pane in self.keeper.panes.iter().flatten() {
            let server = self.server().expect("a daemon");
            let Some(found) = server.pane_screen(pane.id) else { panic!("{} is gone", pane.id) };
            let out = &pane.program.out;
            self.counts.bytes.set(self.counts.bytes.get() + out.len() as u64);
            if self.knobs.changes {
                let before = self.past.iter().chain(&self.keeper.buried).filter(|(id, _)| *id == pane.id);
                let mut all = before.map(|(_, program)| program).chain([&pane.program]);
                if all.all(|program| program.manner != Manner::Wild) {
                    numbered(found).unwrap_or_else(|fault| panic!("{}: {fault}", pane.id));
                }
                continue;
            }
            let begun = self.begun.get(&pane.id).cloned();
            let mut expected = begun.unwrap_or_else(|| Screen::new(found.size(), lines));
            if self.past.is_empty() && found.history().generation == 0 {
                // Resized before anything was printed, and the daemon killed before that was kept: the next one makes
                // a screen of that size at once.
                expected = Screen::new(found.size(), lines);
            }
            expected.feed(out);
            // The store has had some of the daemon's chunks squeezed, and what is squeezed is measured: both in one form.
            let mut found = found.clone();
            for screen in [&mut found, &mut expected] {
                screen.squeeze_history(usize::MAX);
            }
            if let Some(difference) = difference(&found, &expected) {
                panic!("{} ({:?}): {difference}", pane.id, pane.program.manner);
            }
            tell(format_args!("{} is right: {} bytes", pane.id, out.len()));
        }
    }

    /// Every viewer's mirror is what a fresh look shows.
    fn judge_mirrors(&mut self) {
        for at in 0..self.clients.len() {
            let Some(attach) = self.clients[at].wanted.get(&SESSION).cloned() else { continue };
            self.clients[at].attach(FRESH, SurfaceKind::Session, &attach.target, attach.size);
            self.pump_until("a fresh look shows something", |world| {
                world.clients[at].mirrors.get(&FRESH).is_some_and(|m| m.size() == attach.size)
            });
            for _ in 0..10 {
                self.pump();
            }
            let client = &self.clients[at];
            let (old, new) = (&client.mirrors[&SESSION], &client.mirrors[&FRESH]);
            if let Some(y) = old.first_difference(new) {
                panic!("client {at}: row {y} is {:?}, afresh {:?}", old.row_text(y), new.row_text(y));
            }
            assert!(old == new, "client {at}: its mirror differs from a fresh one beside its rows");
            self.clients[at].detach(FRESH);
        }
    }

    /// What the store would bring back is what there is.
    fn judge_store(&mut self) {
        let restored = self.restored();
        let server = self.server().expect("a daemon");
        let names = |server: &abide_core::server::Server| {
            let sessions = server.model.sessions.values();
            sessions.map(|s| format!("{} {} {:?}", s.id, s.name, s.windows.keys())).collect::<Vec<_>>()
        };
        assert_eq!(names(&restored), names(server), "sessions in the store");
        for (id, pane) in &server.model.panes {
            if self.knobs.changes {
                assert!(restored.model.panes.contains_key(id), "{id} is not in the store");
                continue;
            }
            let Some(stored) = restored.model.panes.get(id) else { panic!("{id} is not in the store") };
            // One of the lines on it is the one that says so; older ones may be there too.
            let differences: Vec<String> = restored_lines(&stored.screen)
                .iter()
                .map(|line| {
                    let mut expected = pane.screen.clone();
                    expected.reset_modes();
                    expected.put_line(line);
                    difference(&stored.screen, &expected).unwrap_or_default()
                })
                .collect();
            let same = differences.iter().any(String::is_empty);
            assert!(same || pane.is_dead(), "{id} in the store: {differences:#?}");
        }
    }
}

/// What a screen that the store brought back says of programs that ran there.
fn restored_lines(screen: &Screen) -> Vec<String> {
    const END: &str = " is gone]";
    const BEGINNING: &str = "[restored:";
    let said = |line: &String| {
        // It may stand behind a row that went on, and over a row that was full.
        let line = line.get(line.rfind(BEGINNING)?..)?;
        line.get(..line.find(END)? + END.len()).map(str::to_owned)
    };
    lines(screen).iter().filter_map(said).collect()
}

/// Whether numbered lines stand one after the other, from wherever the history begins.
fn numbered(screen: &Screen) -> Result<(), String> {
    let mut before: Option<u64> = None;
    let all = lines(screen);
    for (at, line) in all.iter().enumerate() {
        // A line may stand behind half of another, and a blank at a row's end is no text to whoever wraps it anew.
        let numbers = line.split("line").skip(1);
        for number in numbers.filter_map(|rest| rest.trim_start().get(..6)?.parse::<u64>().ok()) {
            // A program that was started anew counts anew.
            if number > 2 && before.is_some_and(|before| before + 1 != number) {
                let from = at.saturating_sub(3);
                let shown = all.get(from..(at + 2).min(all.len()));
                return Err(format!("line {number} comes after {before:?}: {shown:#?}"));
            }
            before = Some(number);
        }
    }
    Ok(())
}

/// All rows, history first.
fn rows(screen: &Screen) -> impl Iterator<Item = RowView<'_>> {
    let history = screen.history();
    let lines = (history.start..history.end).filter_map(move |n| screen.line(n));
    lines.chain((0..screen.size().rows).map(move |y| screen.row(y)))
}

/// Lines as they were before they were wrapped.
fn lines(screen: &Screen) -> Vec<String> {
    let mut lines = vec![String::new()];
    for row in rows(screen) {
        let Some(line) = lines.last_mut() else { continue };
        line.push_str(&format!("{:width$}", row.text(), width = usize::from(row.used())));
        if !row.wrapped() {
            lines.push(String::new());
        }
    }
    lines
}

/// Their text.
fn text(screen: &Screen) -> Vec<String> {
    rows(screen).map(|row| row.text().trim_end().to_owned()).collect()
}

/// In what two screens differ, if they do.
fn difference(found: &Screen, expected: &Screen) -> Option<String> {
    if found.head() == expected.head() {
        // Chunks are squeezed at different times: what is in them counts.
        let cells = |row: &RowView<'_>| format!("{:?}", row.cells().collect::<Vec<_>>());
        let mut both = rows(found).zip(rows(expected)).map(|(a, b)| (cells(&a), cells(&b)));
        let other = both.find(|(a, b)| a != b);
        return other
            .map(|(a, b)| format!("its history differs in what its chunks hold: {a}, and expected {b}"));
    }
    let (found_text, expected_text) = (text(found), text(expected));
    let at = found_text.iter().zip(&expected_text).position(|(a, b)| a != b);
    let Some(at) =
        at.or((found_text.len() != expected_text.len()).then_some(found_text.len().min(expected_text.len())))
    else {
        let (a, b) = (found.head(), expected.head());
        let at = a.iter().zip(&b).position(|(a, b)| a != b).unwrap_or(a.len().min(b.len()));
        let show = |head: &[u8]| {
            format!(
                "{:02x?}",
                head.get(at.saturating_sub(8)..).unwrap_or_default().iter().take(24).collect::<Vec<_>>()
            )
        };
        return Some(format!(
            "the text is right, the rest is not: byte {at} of the head, {} and {}; cursor {:?} and {:?}, history {:?} and {:?}, modes {:x} and {:x}",
            show(&a),
            show(&b),
            found.cursor(),
            expected.cursor(),
            found.history(),
            expected.history(),
            found.modes(),
            expected.modes()
        ));
    };
    let show = |text: &[String]| {
        let from = at.saturating_sub(1);
        text.iter().skip(from).take(4).map(|line| format!("\n    {line:?}")).collect::<String>()
    };
    Some(format!(
        "line {at} of {} (expected {}): found{}\n  expected{}",
        found_text.len(),
        expected_text.len(),
        show(&found_text),
        show(&expected_text)
    ))
}
