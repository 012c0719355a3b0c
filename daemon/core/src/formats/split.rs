//! Finding the parts of a format without being misled by what is nested in it.

/// Position of the first of `stops` that is not inside `#{…}` and not escaped (`#,`, `#}`, `##`).
pub(super) fn find(text: &str, stops: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut letters = text.char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        match c {
            '#' => match letters.peek() {
                Some((_, '{')) => {
                    depth += 1;
                    letters.next();
                }
                Some((_, ',' | '#' | '}' | ':')) => {
                    letters.next();
                }
                _ => {}
            },
            '}' if depth > 0 => depth -= 1,
            c if depth == 0 && stops.contains(c) => return Some(at),
            _ => {}
        }
    }
    None
}

/// The parts of a text between commas.
pub(super) fn commas(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = find(rest, ",") {
        parts.push(&rest[..at]);
        rest = &rest[at + 1..];
    }
    parts.push(rest);
    parts
}

/// Where the `)` that ends `#(` stands; brackets inside count.
pub(super) fn closing_bracket(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}
