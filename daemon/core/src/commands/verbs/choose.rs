//! choose-tree, choose-client, choose-buffer

use crate::{
    commands::{
        actions::enter,
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
    },
    formats,
    modes::choose::{ChooseItem, ChooseMode},
    session::facts::Sight,
};

const FLAGS: &str = "F:f:GK:kNO:rst:wyZ";
const TARGET: Option<TargetSpec> = Some(TargetSpec::new('t', TargetKind::Pane));

pub(in crate::commands) const TREE: Spec = Spec {
    name: "choose-tree",
    alias: None,
    flags: FLAGS,
    arguments: (0, Some(1)),
    usage: "[-GkNrswyZ] [-F format] [-f filter] [-K key-format] [-O sort-order] [-t target-pane] [template]",
    text: "Shows sessions, windows and panes to choose one from: -s with windows hidden, -w with panes hidden.",
    target: TARGET,
    for_watchers: true,
    run: |run| {
        let items = tree(run);
        open(run, "tree-mode", items, "switch-client -Zt '%%'")
    },
    ..Spec::BASE
};

pub(in crate::commands) const CLIENT: Spec = Spec {
    name: "choose-client",
    alias: None,
    flags: FLAGS,
    arguments: (0, Some(1)),
    usage: "[-kNryZ] [-F format] [-f filter] [-K key-format] [-O sort-order] [-t target-pane] [template]",
    text: "Shows clients to choose one from, to be detached.",
    target: TARGET,
    for_watchers: true,
    run: |run| {
        let items = clients(run);
        open(run, "client-mode", items, "detach-client -t '%%'")
    },
    ..Spec::BASE
};

pub(in crate::commands) const BUFFER: Spec = Spec {
    name: "choose-buffer",
    alias: None,
    flags: FLAGS,
    arguments: (0, Some(1)),
    usage: "[-kNryZ] [-F format] [-f filter] [-K key-format] [-O sort-order] [-t target-pane] [template]",
    text: "Shows paste buffers to choose one from, to be pasted.",
    target: TARGET,
    run: |run| {
        let items = buffers(run);
        open(run, "buffer-mode", items, "paste-buffer -p -b '%%'")
    },
    ..Spec::BASE
};

fn open(
    run: &mut Run<'_>,
    name: &'static str,
    items: Vec<ChooseItem>,
    template: &str,
) -> Result<Flow, String> {
    let target = run.target()?;
    if items.is_empty() {
        return Ok(Flow::Next);
    }
    let template = run.args.value(0).unwrap_or_else(|| template.to_owned());
    // The current window is chosen at first, or its session where windows are hidden.
    let chosen = match name {
        "tree-mode" if run.has('s') => target.session.to_string(),
        "tree-mode" => format!("{}:{}", target.session, target.index),
        _ => String::new(),
    };
    enter(run.model, target.pane, |sight| {
        Box::new(ChooseMode::new(name, items, &chosen, &template, sight.screen.size()))
    });
    run.model.redraw();
    Ok(Flow::Next)
}

const SESSION: &str = "#{session_windows} windows#{?session_attached, (attached),}";
const WINDOW: &str = "#{window_name}#{window_flags} (#{window_panes} panes)\
                      #{?#{==:#{window_panes},1}, \"#{pane_title}\",}";
const PANE: &str = "#{pane_current_command}#{?pane_active,*,}#{?pane_marked,M,} \"#{pane_title}\"";

fn tree(run: &Run<'_>) -> Vec<ChooseItem> {
    let model = &*run.model;
    let filter = run.text('f');
    let format = run.text('F');
    let text = |own: &str, sight: &Sight<'_>| formats::expand(format.as_deref().unwrap_or(own), sight);
    let mut items = Vec::new();
    let mut sessions: Vec<_> = model.sessions.values().collect();
    match run.text('O').as_deref() {
        Some("time" | "activity") => sessions.sort_by_key(|s| std::cmp::Reverse(s.used)),
        Some("index") => {}
        _ => sessions.sort_by(|a, b| a.name.cmp(&b.name)),
    }
    if run.has('r') {
        sessions.reverse();
    }
    for session in sessions {
        let sight = Sight::of_session(model, session.id);
        let mut below = Vec::new();
        for (index, link) in &session.windows {
            let Some(window) = model.windows.get(&link.window) else { continue };
            let sight = sight.clone().at_index(Some(*index));
            let panes = window.panes();
            let wanted = |pane| {
                filter.as_ref().is_none_or(|filter| {
                    formats::is_true(&formats::expand(filter, &sight.clone().at_pane(pane)))
                })
            };
            let panes: Vec<_> = panes.into_iter().filter(|pane| wanted(*pane)).collect();
            if panes.is_empty() {
                continue;
            }
            let target = format!("{}:{index}", session.id);
            below.push(ChooseItem {
                kill: format!("Kill window {index}? "),
                kill_command: format!("kill-window -t '{target}'"),
                level: 1,
                name: index.to_string(),
                text: text(WINDOW, &sight),
                open: false,
                target: target.clone(),
            });
            if window.layout.count() > 1 {
                for pane in panes {
                    let sight = sight.clone().at_pane(pane);
                    below.push(ChooseItem {
                        kill: format!("Kill pane {}? ", formats::expand("#{pane_index}", &sight)),
                        kill_command: format!("kill-pane -t '{pane}'"),
                        level: 2,
                        name: formats::expand("#{pane_index}", &sight),
                        text: text(PANE, &sight),
                        open: false,
                        // The session too: a window may be linked into several.
                        target: format!("{target}.{pane}"),
                    });
                }
            }
        }
        if below.is_empty() {
            continue;
        }
        items.push(ChooseItem {
            target: session.id.to_string(),
            level: 0,
            name: session.name.clone(),
            text: text(SESSION, &sight),
            open: !run.has('s'),
            kill: format!("Kill session {}? ", session.name),
            kill_command: format!("kill-session -t '{}'", session.id),
        });
        items.extend(below);
    }
    items
}

fn clients(run: &Run<'_>) -> Vec<ChooseItem> {
    let own = "session #{session_name} (#{client_width}x#{client_height}, #{client_termname})";
    let format = run.text('F').unwrap_or_else(|| own.to_owned());
    let viewers = run.model.viewers.values().filter(|v| v.session().is_some());
    viewers
        .map(|viewer| ChooseItem {
            target: viewer.name(),
            name: viewer.name(),
            text: formats::expand(&format, &Sight::of_viewer(run.model, viewer.id)),
            kill: format!("Detach client {}? ", viewer.name()),
            kill_command: format!("detach-client -t '{}'", viewer.name()),
            ..ChooseItem::default()
        })
        .collect()
}

fn buffers(run: &Run<'_>) -> Vec<ChooseItem> {
    let own = "#{t/p:buffer_created}: #{buffer_sample}";
    let format = run.text('F').unwrap_or_else(|| own.to_owned());
    let item = |buffer: &crate::session::Buffer| ChooseItem {
        target: buffer.name.clone(),
        name: buffer.name.clone(),
        text: formats::expand(&format, &super::buffers::sight(run, buffer)),
        kill: format!("Delete buffer {}? ", buffer.name),
        kill_command: format!("delete-buffer -b '{}'", buffer.name),
        ..ChooseItem::default()
    };
    run.model.buffers.iter().map(item).collect()
}
