//! Taking over what another has stored, step by step, on the store's thread. What the steps mean the core knows.

use crate::deathpoint::{self, Point};
use crate::store::embedded::Embedded;
use crate::store::lease::{BEAT_MS, Lapsed, TTL_MS};
use crate::store::limits::COMMIT_BYTES_MAX;
use crate::store::space::SpaceName;
use crate::store::worker::{Errand, Hands, Then};
use crate::store::{Store, StoreFault, Write, foreign};
use abide_core::base::ids::Ticket;
use abide_core::boundary::{Answer, Taking, Whose};
use std::path::Path;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

/// How often it is looked whether an owner beats. It does every 5 s.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// An owner that was neither heard nor silent for long enough by then: the store was too slow to tell.
const LOOK_MAX: Duration = Duration::from_millis(TTL_MS + 2 * BEAT_MS);
/// Bytes that are copied at a time: between two such pieces others have their turn.
const PIECE_BYTES: usize = COMMIT_BYTES_MAX / 2;
/// Records of one piece: each is read by itself.
const PIECE_RECORDS: usize = 64;

/// A record's key there, and here.
type Pair = (Vec<u8>, Vec<u8>);

/// The outcome; none: it is to be gone on with after a while.
type Step = Result<Result<(), String>, Duration>;

/// Carries a step out and sends what came of it.
pub(super) fn errand(outbox: Sender<(Ticket, Answer)>, ticket: Ticket, taking: Taking) -> Errand {
    let mut work = Work { taking, since: None, done: 0, file: None };
    Box::new(move |hands| match work.go_on(hands) {
        Err(after) if !hands.last => Then::Again(after),
        outcome => {
            let outcome = outcome.unwrap_or_else(|_| Err("the store is being closed".to_owned()));
            // Nobody waits for it when the loop has ended.
            let _ = outbox.send((ticket, Answer::Taken(outcome)));
            Then::Done
        }
    })
}

struct Work {
    taking: Taking,
    /// When it was first tried.
    since: Option<Instant>,
    /// Records that are copied.
    done: usize,
    /// The other store's file, once it is open.
    file: Option<Embedded>,
}

impl Work {
    fn go_on(&mut self, hands: &mut Hands<'_>) -> Step {
        let Work { taking, since, done, file } = self;
        let said = |outcome: Result<(), StoreFault>| Ok(outcome.map_err(|e| e.to_string()));
        match taking {
            Taking::Begin { space, item } => {
                let since = *since.get_or_insert_with(Instant::now);
                match SpaceName::parse(space) {
                    Ok(space) => begin(hands, &space, item, since.elapsed() > LOOK_MAX),
                    Err(fault) => Ok(Err(fault)),
                }
            }
            Taking::Copy { whose, keys, writes } => match copy(hands, whose, file, keys, done, writes) {
                Ok(true) => {
                    deathpoint::pass(Point::Copied);
                    Ok(Ok(()))
                }
                Ok(false) => Err(Duration::ZERO),
                Err(fault) => Ok(Err(fault)),
            },
            Taking::Finish { space, item, along } => match SpaceName::parse(space) {
                Ok(space) => {
                    let outcome = hands.store.finish(&space, item, along);
                    deathpoint::pass(Point::Finished);
                    said(outcome)
                }
                Err(fault) => Ok(Err(fault)),
            },
            Taking::GiveBack { but } => said(give_back(hands.store, but)),
        }
    }
}

/// Marks a record as ours, once nobody has its space.
fn begin(hands: &mut Hands<'_>, space: &SpaceName, item: &[u8], late: bool) -> Step {
    if space == hands.store.own_space() {
        return Ok(Err(format!("{space} is this server's own")));
    }
    hands.listen();
    // Whoever is in the way is freed, at most one after the other: its owner, and one that was at it before us.
    for _ in 0..3 {
        let epoch = hands.epoch();
        let in_the_way = match hands.store.take(epoch, space, item) {
            Ok(()) => {
                deathpoint::pass(Point::Taken);
                return Ok(Ok(()));
            }
            Err(StoreFault::Held { .. }) => space.clone(),
            Err(StoreFault::Taken { by }) => by,
            Err(fault) => return Ok(Err(fault.to_string())),
        };
        let list = match hands.store.spaces() {
            Ok(list) => list.spaces,
            Err(fault) => return Ok(Err(fault.to_string())),
        };
        let Some(info) = list.into_iter().find(|info| info.name == in_the_way) else { continue };
        let now = crate::facts::now().instant;
        let lapsed = if hands.store.is_shared() {
            hands.seen.look(&info.name, &info.lease, now)
        } else {
            Some(Lapsed::alone(&info.name, &info.lease))
        };
        let Some(lapsed) = lapsed else {
            let lives = hands.seen.has_heard(&info.name, now);
            return match (lives, late) {
                (true, _) if in_the_way == *space => {
                    Ok(Err(format!("{space} is alive: {} has it", info.lease.owner.escape_debug())))
                }
                (true, _) => Ok(Err(StoreFault::Taken { by: in_the_way }.to_string())),
                (false, true) => Ok(Err(format!("whether {in_the_way} is alive can't be learnt now"))),
                (false, false) => Err(LOOK_AGAIN),
            };
        };
        match hands.store.free(&lapsed) {
            Ok(_) => log::info!("store: the lease of {in_the_way} has lapsed and is ended"),
            Err(fault) => return Ok(Err(format!("{in_the_way}: {fault}"))),
        }
    }
    Ok(Err(format!("others are at {space}: try again")))
}

/// Copies a piece; whether it was the last.
fn copy(
    hands: &mut Hands<'_>,
    whose: &Whose,
    file: &mut Option<Embedded>,
    keys: &[Pair],
    done: &mut usize,
    writes: &mut Vec<Write>,
) -> Result<bool, String> {
    let space = SpaceName::parse(&whose.space)?;
    if let (Some(path), None) = (&whose.file, &file) {
        *file = Some(foreign::open(Path::new(path)).map_err(|e| e.to_string())?);
    }
    let mut piece: Vec<Write> = Vec::new();
    let mut bytes = 0;
    for (from, to) in keys.iter().skip(*done).take(PIECE_RECORDS) {
        let store: &dyn Store = file.as_ref().map_or(&*hands.store, |file| file);
        let mut value = None;
        let seen = store.scan_space(&space, from, &mut |key, found| {
            if key == from {
                value = Some(found.to_vec());
            }
        });
        seen.map_err(|e| e.to_string())?;
        *done += 1;
        if let Some(value) = value {
            bytes += to.len() + value.len();
            piece.push((to.clone(), Some(value)));
        }
        if bytes >= PIECE_BYTES {
            break;
        }
    }
    let rest = *done >= keys.len();
    while rest && bytes < PIECE_BYTES {
        let Some(write) = writes.pop() else { break };
        bytes += write.0.len() + write.1.as_ref().map_or(0, Vec::len);
        piece.push(write);
    }
    if !piece.is_empty() {
        hands.commit(&piece).map_err(|e| e.to_string())?;
    }
    Ok(rest && writes.is_empty())
}

fn give_back(store: &mut dyn Store, but: &[(String, Vec<u8>)]) -> Result<(), StoreFault> {
    for (space, item) in store.takings()? {
        if !but.iter().any(|(other, key)| other == space.as_str() && *key == item) {
            log::info!("store: a record of {space} is given back");
            store.give_back(&space, &item)?;
        }
    }
    Ok(())
}
