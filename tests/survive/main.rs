//! What dies and what lives: the daemon killed at any instant, keeper and daemon killed together, clients that carry on.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

mod asked_to_end;
mod daemon_killed;
mod keeper_killed;
mod machine_lost;
mod named_points;
mod older;
mod pasted;
mod pictures;
mod trial;
mod upgrades;

use abide_tests::seed;
