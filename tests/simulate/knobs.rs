//! What a run is made of, drawn from its seed: each trouble is there in some runs and absent in others, so that none
//! hides another.

use abide_tests::seed::Dice;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Knobs {
    pub(crate) windows: u64,
    pub(crate) clients: u64,
    pub(crate) journal_bytes: usize,
    pub(crate) pty_bytes: usize,
    pub(crate) history_lines: u64,
    /// Looks at the clock until a millisecond has passed; 0: none does by looking.
    pub(crate) creep: u64,
    /// The daemon is killed between two turns.
    pub(crate) kills: bool,
    /// It is killed at named points.
    pub(crate) points: bool,
    /// Keeper and daemon go down together, and what is left is the store.
    pub(crate) crashes: bool,
    /// Commits fail, or their answers are lost.
    pub(crate) store_fails: bool,
    /// Commits take their time.
    pub(crate) store_slow: bool,
    /// Clients stop listening for a while.
    pub(crate) stalls: bool,
    /// Connections break.
    pub(crate) breaks: bool,
    /// Connections on which rubbish is said.
    pub(crate) rubbish: bool,
    /// The machine sleeps, and somebody sets its clock.
    pub(crate) jumps: bool,
    /// Sizes change, windows are split, programs end.
    pub(crate) changes: bool,
    /// One window of several panes, and what is typed goes to all of them.
    pub(crate) together: bool,
}

impl Knobs {
    pub(crate) fn draw(dice: &mut Dice) -> Knobs {
        let changes = dice.percent(30);
        Knobs {
            windows: 1 + dice.below(3),
            clients: 1 + dice.below(3),
            journal_bytes: *dice.one_of(&[4096, 4096, 16 * 1024, 64 * 1024, 1024 * 1024]),
            pty_bytes: *dice.one_of(&[1, 16 * 1024]),
            history_lines: *dice.one_of(&[0, 50, 2000, 100_000]),
            creep: *dice.one_of(&[0, 0, 3, 40]),
            kills: dice.percent(60),
            points: dice.percent(60),
            crashes: dice.percent(15),
            store_fails: dice.percent(30),
            store_slow: dice.percent(50),
            stalls: dice.percent(40),
            breaks: dice.percent(40),
            rubbish: dice.percent(30),
            jumps: dice.percent(25),
            changes,
            together: !changes && dice.percent(25),
        }
    }
}
