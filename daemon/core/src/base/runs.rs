//! Sets of numbers that mostly follow one another.

use std::ops::Range;

/// Numbers as ranges, ascending and with a gap between any two.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Runs(Vec<Range<u64>>);

impl From<Range<u64>> for Runs {
    fn from(range: Range<u64>) -> Runs {
        Runs(if range.is_empty() { Vec::new() } else { vec![range] })
    }
}

impl Runs {
    /// Adds a number that is greater than all that are there.
    pub fn push(&mut self, number: u64) {
        match self.0.last_mut() {
            Some(last) if last.end == number => last.end += 1,
            _ => self.0.push(number..number + 1),
        }
    }

    /// From the first to one past the last; empty when there is none.
    #[must_use]
    pub fn hull(&self) -> Range<u64> {
        self.0.first().map_or(0, |first| first.start)..self.0.last().map_or(0, |last| last.end)
    }

    /// All numbers, ascending.
    pub fn numbers(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().cloned().flatten()
    }

    /// Those that others have not.
    #[must_use]
    pub fn without(&self, others: &Runs) -> Runs {
        let mut left = Vec::new();
        let mut others = others.0.iter().peekable();
        for run in &self.0 {
            let mut start = run.start;
            while let Some(other) = others.next_if(|other| other.end <= run.end) {
                if other.start > start {
                    left.push(start..other.start.min(run.end));
                }
                start = start.max(other.end);
            }
            // One that reaches beyond the run may touch the next one too.
            let end = others.peek().map_or(run.end, |other| other.start.min(run.end));
            if start < end {
                left.push(start..end);
            }
        }
        Runs(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bits: u32) -> Runs {
        let mut runs = Runs::default();
        (0..32).filter(|n| bits >> n & 1 == 1).for_each(|n| runs.push(n));
        runs
    }

    #[test]
    fn what_others_have_not() {
        // Every pair of sets of seven numbers.
        for a in 0..128u32 {
            for b in 0..128u32 {
                let left = of(a).without(&of(b));
                assert_eq!(left, of(a & !b), "{a:b} without {b:b}");
                assert!(left.numbers().eq((0..7).filter(|n| (a & !b) >> n & 1 == 1)));
            }
        }
        assert_eq!(of(0b1001_1000).hull(), 3..8);
        assert_eq!(Runs::from(5..5), Runs::default());
    }
}
