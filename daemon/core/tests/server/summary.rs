//! A model as text, to tell two apart.

use abide_core::session::Sessions;

/// The model in words, without what a restart may change (uses, moments, bells that a replay rings again).
pub fn summary(model: &Sessions) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    for session in model.sessions.values() {
        let links: Vec<_> = session.windows.iter().map(|(i, l)| (*i, l.window)).collect();
        let _ = writeln!(
            out,
            "{} {} cur {} last {:?} {links:?} {:?} {:?}",
            session.id, session.name, session.current, session.last, session.options, session.cwd
        );
    }
    for window in model.windows.values() {
        let _ = writeln!(
            out,
            "{} {} {} {:?} act {} last {:?} zoom {:?} {:?} {:?}",
            window.id,
            window.name,
            window.layout.text(),
            window.layout.shares(),
            window.active,
            window.last,
            window.zoomed,
            window.options,
            window.manual_size
        );
    }
    for pane in model.panes.values() {
        let mut text = String::new();
        // A dead pane's own words may be put again where the screen was cropped through them.
        let rows = if pane.is_dead() { 0 } else { pane.screen.size().rows };
        for y in 0..rows {
            for cell in pane.screen.row(y).cells() {
                let _ = write!(text, "{:?}", cell.text);
            }
            text.push('|');
        }
        let _ = writeln!(
            out,
            "{} in {} {:?} {} pid {} {:?} {:?} {text}",
            pane.id,
            pane.window,
            pane.screen.size(),
            pane.title,
            pane.pid,
            pane.state,
            pane.options
        );
    }
    out
}
