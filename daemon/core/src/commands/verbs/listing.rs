//! How every list is ordered, filtered and printed.

use crate::{commands::run::Run, formats, session::facts::Sight};

/// Orders a list by `-O name|creation|activity` (or `time`), turned round by `-r`.
pub(super) fn sort<T>(run: &Run<'_>, list: &mut [T], by: impl Fn(&T) -> (String, u64, u64)) {
    match run.text('O').as_deref() {
        Some("name") => list.sort_by_key(|item| by(item).0),
        Some("creation") => list.sort_by_key(|item| by(item).1),
        Some("activity" | "time") => list.sort_by_key(|item| std::cmp::Reverse(by(item).2)),
        _ => return,
    }
    if run.has('r') {
        list.reverse();
    }
}

/// The lines of a list: each place by `-F` or the list's own format, those only that `-f` lets through.
pub(super) fn lines<'a>(
    run: &Run<'_>,
    format: &str,
    sights: impl IntoIterator<Item = Sight<'a>>,
) -> Vec<String> {
    let format = run.text('F').unwrap_or_else(|| format.to_owned());
    let filter = run.text('f');
    let mut lines = Vec::new();
    for (line, sight) in sights.into_iter().enumerate() {
        let sight = sight.with("line", line);
        let wanted = |filter: &String| formats::is_true(&formats::expand(filter, &sight));
        if filter.as_ref().is_none_or(wanted) {
            lines.push(formats::expand(&format, &sight));
        }
    }
    lines
}
