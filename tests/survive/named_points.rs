//! The daemon killed at each of the instants that have a name (`abide::deathpoint`), where random ones seldom hit.

use super::daemon_killed::successor;
use super::seed::{Dice, times};
use super::trial::Trial;
use abide::deathpoint::Point;
use abide_tests::server::{SOON, Server, signal};
use rustix::process::Signal;
use std::time::{Duration, Instant};

/// Deaths at each point, and in a long run.
const ROUNDS: (usize, usize) = (2, 25);
/// How long a person types between two looks whether the daemon has died.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How often a daemon may pass a point before it is sure to die there soon.
fn passes_max(point: Point) -> u64 {
    match point {
        Point::HandedOver | Point::Replayed | Point::StructureWritten => 1,
        Point::InputPublished | Point::EffectCarriedOut => 40,
        Point::ChunksStored | Point::SlotFilled | Point::CheckpointWritten => 6,
        Point::Committing | Point::Committed => 2,
        Point::Taken | Point::Copied | Point::Finished => unreachable!("nothing is taken over here"),
    }
}

#[test]
fn nothing_is_lost_or_doubled_at_any_named_point() {
    let mut dice = Dice::new("named_points", 1);
    let rounds = times(ROUNDS);
    let server = Server::new();
    let death = server.folder("home").join("death");
    let server = server.with("ABIDE_TEST_DEATH", &death);
    let mut trial = Trial::begin(server);
    let mut daemon = trial.server.daemon_pid();
    for _ in 0..rounds {
        for (point, name) in Point::ALL {
            let pass = 1 + dice.below(passes_max(point));
            std::fs::write(&death, format!("{name} {pass}")).expect("say where to die");
            // Read by the next daemon; what was typed last is in no checkpoint yet, so that there is a replay.
            trial.type_for(&mut dice, Duration::from_millis(1));
            signal(daemon, Signal::KILL);
            let deadline = Instant::now() + SOON;
            while death.exists() {
                assert!(Instant::now() < deadline, "no daemon came past `{name}` {pass} times");
                trial.type_for(&mut dice, LOOK_EVERY);
                if point != Point::Replayed {
                    continue;
                }
                // What was typed may not have come back yet: then there was nothing to be read again.
                let next = successor(&trial.server, daemon);
                if death.exists() {
                    daemon = next;
                    trial.type_for(&mut dice, Duration::from_millis(1));
                    signal(daemon, Signal::KILL);
                }
            }
            daemon = successor(&trial.server, daemon);
        }
    }
    let deaths = rounds * Point::ALL.len();
    let (keys, bytes) = trial.end();
    println!("deaths={deaths} keys={keys} bytes={bytes} lost=0 doubled=0");
}
