//! Answers in a command line's template.

/// Puts answers into a command line's `%%` and `%1` to `%9`. The first `%%` is the first answer; `%%%` (and
/// `%1%`) escapes what would be special between double quotes.
#[must_use]
pub fn substitute(template: &str, answers: &[String]) -> String {
    let mut out = template.to_owned();
    for (n, answer) in answers.iter().enumerate().take(9) {
        out = substitute_one(&out, answer, n + 1);
    }
    out
}

fn substitute_one(template: &str, answer: &str, number: usize) -> String {
    let digit = char::from_digit(number as u32, 10);
    let mut out = String::with_capacity(template.len() + answer.len());
    let mut rest = template.chars().peekable();
    let mut replaced = false;
    while let Some(ch) = rest.next() {
        let hit = ch == '%'
            && match rest.peek() {
                Some('%') if !replaced => {
                    replaced = true;
                    true
                }
                next => next.copied() == digit,
            };
        if !hit {
            out.push(ch);
            continue;
        }
        rest.next();
        let quoted = rest.next_if_eq(&'%').is_some();
        for ch in answer.chars() {
            if quoted && matches!(ch, '"' | '\\' | '$' | ';' | '~') {
                out.push('\\');
            }
            out.push(ch);
        }
    }
    out
}
