//! Numbers from a seed, printed first; no crate, so that a seed means the same for ever.

/// splitmix64.
pub struct Dice(u64);

impl Dice {
    /// Dice from `ABIDE_SEED`, else from the given seed; says which.
    pub fn new(test: &str, seed: u64) -> Dice {
        let seed = std::env::var("ABIDE_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(seed);
        println!("{test}: seed {seed} (set ABIDE_SEED to choose)");
        Dice(seed)
    }

    /// Dice from a number that other dice gave.
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
        self.roll() % end
    }
}

/// How often: the first number in `make test`, the second where `ABIDE_SOAK` is set (`make soak`).
pub fn times((short, long): (usize, usize)) -> usize {
    if std::env::var_os("ABIDE_SOAK").is_some() { long } else { short }
}
