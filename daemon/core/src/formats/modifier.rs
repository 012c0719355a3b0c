//! What stands before the `:` in `#{=21:pane_title}`.

use super::split;

/// One modifier: its letters and its arguments, not yet expanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Modifier<'a> {
    pub(super) name: &'a str,
    pub(super) arguments: Vec<&'a str>,
}

impl<'a> Modifier<'a> {
    pub(super) fn argument(&self, n: usize) -> &'a str {
        self.arguments.get(n).copied().unwrap_or_default()
    }

    /// Whether a letter is among the flags in that argument.
    pub(super) fn flag(&self, n: usize, flag: char) -> bool {
        self.argument(n).contains(flag)
    }
}

const DOUBLE: &[&str] = &["||", "&&", "!!", "!=", "==", "<=", ">="];
const PLAIN: &str = "labcdnwqETSWPLRN!<>";
const WITH_ARGUMENTS: &str = "mCNst=peqcSWPL";

/// Takes the modifiers off the front; what is left is the name or the text that they work on. A text that does
/// not begin with well-formed modifiers has none.
pub(super) fn split_off(text: &str) -> (Vec<Modifier<'_>>, &str) {
    let mut modifiers = Vec::new();
    let mut rest = text;
    loop {
        let Some((modifier, after)) = one(rest) else {
            // Half-read modifiers are no modifiers.
            return (Vec::new(), text);
        };
        modifiers.push(modifier);
        match after.chars().next() {
            Some(':') => return (modifiers, &after[1..]),
            Some(';') => rest = &after[1..],
            _ => return (Vec::new(), text),
        }
    }
}

fn ends(text: &str) -> bool {
    text.starts_with([':', ';'])
}

fn one(text: &str) -> Option<(Modifier<'_>, &str)> {
    let plain =
        |name: &'static str, length: usize| Some((Modifier { name, arguments: Vec::new() }, &text[length..]));
    if let Some(name) = DOUBLE.iter().find(|name| text.starts_with(**name) && ends(&text[2..])) {
        return plain(name, 2);
    }
    let first = text.chars().next().filter(char::is_ascii)?;
    let (name, rest) = text.split_at(1);
    if PLAIN.contains(first) && ends(rest) {
        return Some((Modifier { name, arguments: Vec::new() }, rest));
    }
    if !WITH_ARGUMENTS.contains(first) {
        return None;
    }
    if ends(rest) {
        return Some((Modifier { name, arguments: Vec::new() }, rest));
    }
    let separator = rest.chars().next()?;
    if !separator.is_ascii_punctuation() || separator == '-' {
        let end = split::find(rest, ":;")?;
        return Some((Modifier { name, arguments: vec![&rest[..end]] }, &rest[end..]));
    }
    let mut arguments = Vec::new();
    let mut rest = &rest[1..];
    loop {
        let stops: String = [separator, ':', ';'].iter().collect();
        // Until the last separator `:` and `;` are ordinary characters (`s/:/;/`); after it they end the modifier.
        let at = split::find(rest, &separator.to_string());
        let at = match at {
            Some(at) if name == "s" && arguments.len() < 2 => at,
            _ => split::find(rest, &stops)?,
        };
        arguments.push(&rest[..at]);
        let stop = rest[at..].chars().next()?;
        if stop == separator {
            rest = &rest[at + 1..];
            // `s` has two arguments at least, which may begin with `:`.
            if ends(rest) && (name != "s" || arguments.len() >= 2) {
                return Some((Modifier { name, arguments }, rest));
            }
        } else {
            return Some((Modifier { name, arguments }, &rest[at..]));
        }
    }
}
