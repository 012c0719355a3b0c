//! Instants at which a test has the daemon killed, to see what the next one makes of what is left. In builds for
//! tests alone: of a release nothing here is left.
//!
//! The file that `ABIDE_TEST_DEATH` names holds `POINT N`. Each daemon reads it when it passes its first point; the
//! one that passes POINT for the N-th time removes the file and is gone, as by kill -9, so that its successor lives.
//!
//! A simulation, whose daemons are no processes, watches the points of its thread instead ([`watch`]).

use rustix::process::{Signal, getpid, kill_process};
use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Names the file.
const FILE: &str = "ABIDE_TEST_DEATH";

/// The instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// The keeper has handed everything over; nothing is rebuilt yet.
    HandedOver,
    /// A piece of a journal that is read again is on its screen.
    Replayed,
    /// An input record counts; its mark is not noted yet.
    InputPublished,
    /// A checkpoint's new chunks are in their places; nothing names them yet.
    ChunksStored,
    /// A slot has its payload and its header; it does not count yet.
    SlotFilled,
    /// A checkpoint counts; the journal before it is not released yet.
    CheckpointWritten,
    /// The structure is written; the effects of the turn are not carried out yet.
    StructureWritten,
    /// An effect of the turn is carried out; the next one is not.
    EffectCarriedOut,
    /// A batch is in the store's transaction, which is not committed.
    Committing,
    /// The transaction is committed; nobody was told.
    Committed,
    /// A record of another space is marked as ours; nobody was told.
    Taken,
    /// All that belongs to it is copied into our space; nothing names it.
    Copied,
    /// It is removed in the other space; nobody was told.
    Finished,
}

impl Point {
    /// Those that every server passes sooner or later, by the names that the file knows.
    pub const ALL: [(Point, &'static str); 10] = [
        (Point::HandedOver, "handed-over"),
        (Point::Replayed, "replayed"),
        (Point::InputPublished, "input-published"),
        (Point::ChunksStored, "chunks-stored"),
        (Point::SlotFilled, "slot-filled"),
        (Point::CheckpointWritten, "checkpoint-written"),
        (Point::StructureWritten, "structure-written"),
        (Point::EffectCarriedOut, "effect-carried-out"),
        (Point::Committing, "committing"),
        (Point::Committed, "committed"),
    ];

    /// Those of a take-over.
    pub const TAKING: [(Point, &'static str); 3] =
        [(Point::Taken, "taken"), (Point::Copied, "copied"), (Point::Finished, "finished")];
}

struct Plan {
    point: Point,
    /// Passes still to come, the last one included.
    left: AtomicU32,
    file: PathBuf,
}

/// Hears of each point that its thread passes.
pub type Watcher = Box<dyn FnMut(Point)>;

thread_local! {
    static WATCHER: RefCell<Option<Watcher>> = const { RefCell::new(None) };
}

/// Has the points of this thread watched from now on. A watcher that unwinds is none any more: it has killed whom it
/// was to kill.
pub fn watch(watcher: Option<Watcher>) {
    WATCHER.set(watcher);
}

/// This process is at a point.
pub fn pass(point: Point) {
    static PLAN: OnceLock<Option<Plan>> = OnceLock::new();
    if !cfg!(debug_assertions) {
        return;
    }
    if let Some(mut watcher) = WATCHER.take() {
        watcher(point);
        WATCHER.set(Some(watcher));
    }
    let Some(plan) = PLAN.get_or_init(plan) else { return };
    if plan.point == point && plan.left.fetch_sub(1, Ordering::SeqCst) == 1 {
        let _ = std::fs::remove_file(&plan.file);
        let _ = kill_process(getpid(), Signal::KILL);
    }
}

fn plan() -> Option<Plan> {
    let file = PathBuf::from(std::env::var_os(FILE)?);
    let text = std::fs::read_to_string(&file).ok()?;
    let (name, count) = text.trim().split_once(' ')?;
    let (point, _) = Point::ALL.into_iter().chain(Point::TAKING).find(|(_, known)| *known == name)?;
    Some(Plan { point, left: AtomicU32::new(count.parse().ok()?), file })
}
