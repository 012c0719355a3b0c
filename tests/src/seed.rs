//! Numbers from a seed, printed first; no crate, so that a seed means the same for ever.

/// splitmix64.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice from `ABIDE_SEED`, else from the given seed; says which.
    pub fn new(test: &str, seed: u64) -> Dice {
        let seed = asked_for().unwrap_or(seed);
        println!("{test}: seed {seed} (set ABIDE_SEED to choose)");
        Dice(seed)
    }

    /// Dice from a number that other dice gave, or a person.
    #[must_use]
    pub fn from(seed: u64) -> Dice {
        Dice(seed)
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.roll() % end.max(1)
    }

    /// True so often in a hundred.
    pub fn percent(&mut self, often: u64) -> bool {
        self.below(100) < often
    }

    /// One of them; of none it panics.
    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let at = self.below(all.len() as u64) as usize;
        &all[at]
    }
}

/// The seed that a person asked for.
#[must_use]
pub fn asked_for() -> Option<u64> {
    std::env::var("ABIDE_SEED").ok().and_then(|s| s.parse().ok())
}

/// Whether tests run at length.
#[must_use]
pub fn at_length() -> bool {
    std::env::var_os("ABIDE_SOAK").is_some()
}

/// How often: the first number in `make test`, the second where `ABIDE_SOAK` is set (`make soak`).
#[must_use]
pub fn times((short, long): (usize, usize)) -> usize {
    if at_length() { long } else { short }
}
