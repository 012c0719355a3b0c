//! resize-window

use crate::{
    base::geometry::Size,
    commands::{
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
    },
    options::{Append, Value, table},
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "resize-window",
    alias: Some("resizew"),
    flags: "aADLRt:Ux:y:",
    arguments: (0, Some(1)),
    usage: "[-aADLRU] [-x width] [-y height] [-t target-window] [adjustment]",
    text: "Gives a window a size of its own, or (-A -a) that of its largest or smallest client.",
    target: Some(TargetSpec::new('t', TargetKind::Window)),
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let target = run.target()?;
    let Some(size) = run.model.windows.get(&target.window).map(|w| w.size()) else { return Ok(Flow::Next) };
    let by = match run.args.value(0) {
        Some(text) => match text.parse::<u16>() {
            Ok(n @ 1..) => n,
            Ok(0) => return Err("adjustment too small".to_owned()),
            Err(_) => return Err("adjustment invalid".to_owned()),
        },
        None => 1,
    };
    let side = |flag: char, name: &str, own: u16| match run.text(flag) {
        None => Ok(own),
        Some(text) => match text.parse::<u32>() {
            Ok(0) => Err(format!("{name} too small")),
            Ok(n) => {
                u16::try_from(n).ok().filter(|n| *n <= 10_000).ok_or_else(|| format!("{name} too large"))
            }
            Err(_) => Err(format!("{name} invalid")),
        },
    };
    let (mut cols, mut rows) = (side('x', "width", size.cols)?, side('y', "height", size.rows)?);
    if run.has('L') {
        cols = cols.saturating_sub(by).max(1);
    } else if run.has('R') {
        cols = cols.saturating_add(by);
    } else if run.has('U') {
        rows = rows.saturating_sub(by).max(1);
    } else if run.has('D') {
        rows = rows.saturating_add(by);
    }
    if run.has('A') || run.has('a') {
        let sizes = run.model.attached(target.session).filter_map(|v| v.session_surface()).map(|s| s.size);
        let status = run.model.status_rows(target.session);
        let inner = sizes.map(|s| Size::new(s.cols, s.rows.saturating_sub(status).max(1)));
        let best = if run.has('A') {
            inner.reduce(|a, b| Size::new(a.cols.max(b.cols), a.rows.max(b.rows)))
        } else {
            inner.reduce(|a, b| Size::new(a.cols.min(b.cols), a.rows.min(b.rows)))
        };
        if let Some(best) = best {
            (cols, rows) = (best.cols, best.rows);
        }
    }
    let size = Size::new(cols, rows);
    if let (Some(window), Some(spec)) =
        (run.model.windows.get_mut(&target.window), table::exact("window-size"))
    {
        window.manual_size = Some(size);
        window.options.set(spec, None, Some("manual"), Append::No, &Value::Text(String::new()))?;
    }
    run.model.resize_window(target.window, size);
    run.model.redraw();
    Ok(Flow::Next)
}
