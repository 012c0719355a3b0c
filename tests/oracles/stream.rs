//! What is fed: tokens, a size, a length of history and where the bytes are cut.

use abide_core::base::geometry::Size;
use abide_core::screen::Screen;
use abide_tests::seed::Dice;

use super::differences::Agreed;
use super::grammar::GRAMMAR;
use super::seen::Seen;

/// A piece of output, and what kind of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// A program's output and the terminal that it is for.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    pub(crate) size: Size,
    pub(crate) history: u32,
    pub(crate) tokens: Vec<Token>,
    /// Lengths of the pieces, over and over.
    pub(crate) cuts: Vec<usize>,
}

impl Stream {
    /// A random one without what the table of differences leaves out.
    pub(crate) fn random(dice: &mut Dice, agreed: &Agreed) -> Stream {
        // Small ones mostly: that is where edges are. Two columns are the least that the others have.
        let size = match dice.percent(80) {
            true => Size::new(2 + dice.below(20) as u16, 1 + dice.below(9) as u16),
            false => Size::new(2 + dice.below(120) as u16, 1 + dice.below(40) as u16),
        };
        // Few kinds at a time: what one undoes another is then also seen alone.
        let left_out = *dice.one_of(&[0, 0, 50, 80, 90]);
        let avoided = agreed.avoided();
        let mut rules = Vec::new();
        for rule in GRAMMAR.iter().filter(|rule| !avoided.contains(&rule.kind)) {
            if rule.kind == "text" || !dice.percent(left_out) {
                rules.push(rule);
            }
        }
        for (these, those) in agreed.apart() {
            let goes = if dice.percent(50) { these } else { those };
            if rules.iter().any(|rule| these.contains(&rule.kind)) {
                rules.retain(|rule| !goes.contains(&rule.kind));
            }
        }
        let weights: u64 = rules.iter().map(|rule| rule.weight).sum();
        let tokens = (0..1 + dice.below(60)).map(|_| {
            let mut at = dice.below(weights);
            let rule = rules.iter().find(|rule| {
                let found = at < rule.weight;
                at = at.saturating_sub(rule.weight);
                found
            });
            let rule = rule.expect("weights add up");
            Token { kind: rule.kind, bytes: (rule.make)(dice, size).into_bytes() }
        });
        let tokens = tokens.collect();
        let cuts = (0..1 + dice.below(8)).map(|_| 1 + dice.below(20) as usize).collect();
        Stream { size, history: *dice.one_of(&[0, 5, 1000]), tokens, cuts }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.tokens.iter().flat_map(|token| token.bytes.iter().copied()).collect()
    }

    /// The bytes as they are fed.
    pub(crate) fn pieces<'a>(&self, bytes: &'a [u8]) -> Vec<&'a [u8]> {
        let (mut rest, mut pieces) = (bytes, Vec::new());
        for len in self.cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, after) = rest.split_at((*len).clamp(1, rest.len()));
            pieces.push(piece);
            rest = after;
        }
        pieces
    }

    /// What our own model shows.
    pub(crate) fn ours(&self) -> Seen {
        let mut screen = Screen::new(self.size, self.history);
        for piece in self.pieces(&self.bytes()) {
            screen.feed(piece);
        }
        Seen::of(&screen)
    }
}

impl std::fmt::Display for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kinds: Vec<&str> = self.tokens.iter().map(|token| token.kind).collect();
        write!(f, "{}x{}, {} lines of history: ", self.size.cols, self.size.rows, self.history)?;
        write!(f, "{}   ({})", escaped(&self.bytes()), kinds.join(", "))
    }
}

/// Bytes as golden screens and the table write them.
pub(crate) fn escaped(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\x1b' => out.push_str("\\e"),
                '\r' => out.push_str("\\r"),
                '\n' => out.push_str("\\n"),
                '\\' => out.push_str("\\\\"),
                c if c.is_ascii_control() => out.push_str(&format!("\\x{:02x}", c as u32)),
                c if c.is_control() || "\u{200d}\u{fe0f}\u{301}\u{308}".contains(c) => {
                    c.to_string().bytes().for_each(|b| out.push_str(&format!("\\x{b:02x}")));
                }
                c => out.push(c),
            }
        }
        chunk.invalid().iter().for_each(|b| out.push_str(&format!("\\x{b:02x}")));
    }
    out
}
