//! What happened in a run, as lines: a hash over all of them, the last ones for whoever looks into a failure, and what
//! the program itself found wrong (errors it logged, panics it caught), which no run may have.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::sync::Once;

/// Lines kept.
const LINES_MAX: usize = 400;

struct Story {
    lines: VecDeque<String>,
    hash: u64,
    count: u64,
    faults: Vec<String>,
}

thread_local! {
    static STORY: RefCell<Story> = const { RefCell::new(EMPTY) };
}

const EMPTY: Story = Story { lines: VecDeque::new(), hash: FNV_START, count: 0, faults: Vec::new() };
const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;

/// Begins a story on this thread.
pub(crate) fn begin() {
    listen();
    STORY.set(EMPTY);
}

/// Writes a line down.
pub(crate) fn tell(line: fmt::Arguments<'_>) {
    let line = line.to_string();
    if std::env::var_os("ABIDE_STORY").is_some() {
        println!("{line}");
    }
    STORY.with_borrow_mut(|story| {
        for byte in line.bytes().chain([b'\n']) {
            story.hash = (story.hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME);
        }
        story.count += 1;
        if story.lines.len() == LINES_MAX {
            story.lines.pop_front();
        }
        story.lines.push_back(line);
    });
}

/// The hash of all lines so far, and how many they are.
pub(crate) fn digest() -> (u64, u64) {
    STORY.with_borrow(|story| (story.hash, story.count))
}

/// The last lines.
pub(crate) fn last(count: usize) -> String {
    STORY.with_borrow(|story| {
        let from = story.lines.len().saturating_sub(count);
        story.lines.iter().skip(from).map(|line| format!("  {line}\n")).collect()
    })
}

/// What the program found wrong since last asked.
pub(crate) fn faults() -> Vec<String> {
    STORY.with_borrow_mut(|story| std::mem::take(&mut story.faults))
}

fn fault(text: String) {
    tell(format_args!("fault: {text}"));
    // Told by a thread that ends, or while a story is told, nobody asks for it.
    let _ = STORY.try_with(|story| story.try_borrow_mut().map(|mut story| story.faults.push(text)));
}

/// Errors in the log that a simulated world provokes; any other is a find.
const EXPECTED: [&str; 2] = ["the daemon before ended unexpectedly", "sessions are not being saved"];

struct Ear;

impl log::Log for Ear {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.level() <= log::Level::Error
    }
    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            let text = record.args().to_string();
            if !EXPECTED.iter().any(|expected| text.starts_with(expected)) {
                fault(format!("logged: {text}"));
            }
        }
    }
    fn flush(&self) {}
}

/// Hears the log and every panic of this process. One that the reactor catches and survives is a find all the same.
fn listen() {
    static EAR: Ear = Ear;
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&EAR).expect("the first logger");
        log::set_max_level(log::LevelFilter::Error);
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            fault(format!("panicked: {panic}"));
            before(panic);
        }));
    });
}
