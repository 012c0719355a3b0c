//! `restore-command`: which programs come back with their panes after everything has ended.

use super::limits::{RERUN_BYTES_MAX, RERUNS_MAX};

/// What the option says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reruns {
    /// What is not named is typed at the shell's prompt, and left there.
    pub asks: bool,
    /// Programs that are run again by themselves, by the names that people know them by, and the line to run; none:
    /// as they were run before.
    named: Vec<(String, Option<String>)>,
}

/// What is done about one program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rerun<'a> {
    /// It is run again, with the same words.
    Same,
    /// This line is run in its place.
    Line(&'a str),
    /// It is typed, and Enter left to the person.
    Ask,
}

impl Reruns {
    /// Reads `off`, or words: `ask`, `NAME`, `NAME=LINE`; a word with blanks in it stands between quotes.
    ///
    /// # Errors
    /// One sentence: too long, too many, a quote without its other half, an empty name or line, a control character.
    pub fn parse(text: &str) -> Result<Reruns, String> {
        if text.len() > RERUN_BYTES_MAX {
            return Err(format!("value is too long: {} bytes, at most {RERUN_BYTES_MAX}", text.len()));
        }
        if text.chars().any(|c| c.is_control() && c != '\t') {
            return Err(format!("control characters in: {}", text.escape_debug()));
        }
        let mut reruns = Reruns::default();
        for word in words(text)? {
            match word.split_once('=') {
                _ if word == "off" => {}
                _ if word == "ask" => reruns.asks = true,
                Some((name, line)) if name.is_empty() || line.trim().is_empty() => {
                    return Err(format!("neither a name nor name=line: {word}"));
                }
                Some((name, line)) => reruns.named.push((name.to_owned(), Some(line.to_owned()))),
                None => reruns.named.push((word, None)),
            }
            if reruns.named.len() > RERUNS_MAX {
                return Err(format!("too many programs: at most {RERUNS_MAX}"));
            }
        }
        Ok(reruns)
    }

    /// What is done about a program of that name, if anything.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<Rerun<'_>> {
        match self.named.iter().rev().find(|(named, _)| named == name) {
            Some((_, None)) => Some(Rerun::Same),
            Some((_, Some(line))) => Some(Rerun::Line(line)),
            None => self.asks.then_some(Rerun::Ask),
        }
    }
}

/// Words between blanks; quotes of either kind join, and are left out.
fn words(text: &str) -> Result<Vec<String>, String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => word.get_or_insert_default().push(c),
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            None => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err(format!("a quote is not closed: {text}"));
    }
    words.extend(word);
    words.retain(|word| !word.is_empty());
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_option_says() {
        let reruns = Reruns::parse("vim less \"claude=claude --continue\" man ask less=more").expect("reads");
        assert_eq!(reruns.of("vim"), Some(Rerun::Same));
        assert_eq!(reruns.of("claude"), Some(Rerun::Line("claude --continue")));
        assert_eq!(reruns.of("less"), Some(Rerun::Line("more")), "the last one counts");
        assert_eq!(reruns.of("make"), Some(Rerun::Ask));
        for nothing in ["", "off", "  ", "''"] {
            assert_eq!(Reruns::parse(nothing), Ok(Reruns::default()), "{nothing}");
        }
        assert_eq!(Reruns::parse("'a b'").expect("reads").of("make"), None);
    }

    #[test]
    fn bounds_and_faults() {
        let many = |n: usize| (0..n).map(|n| format!("p{n}")).collect::<Vec<_>>().join(" ");
        assert!(Reruns::parse(&many(RERUNS_MAX)).is_ok());
        assert!(Reruns::parse(&many(RERUNS_MAX + 1)).expect_err("many").starts_with("too many programs"));
        let long = "x".repeat(RERUN_BYTES_MAX + 1);
        assert!(Reruns::parse(&long).expect_err("long").starts_with("value is too long"));
        for wrong in ["\"vim", "=x", "a=", "a= ", "a=\u{1b}[A", "a\nb"] {
            assert!(Reruns::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
