//! Which options a command's flags mean.

use crate::{
    base::ids::{PaneId, SessionId, WindowId},
    commands::{run::Run, target::Target},
    options::{OptionNode, Scope, Spec as OptionSpec, Value},
    session::{Place, Sessions},
};

/// Where options are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SetAt {
    Server,
    Sessions,
    Session(SessionId),
    Windows,
    Window(WindowId),
    Pane(PaneId),
}

impl SetAt {
    /// Among which options these are listed.
    pub(super) fn scope(self) -> Scope {
        match self {
            SetAt::Server => Scope::Server,
            SetAt::Sessions | SetAt::Session(_) => Scope::Session,
            SetAt::Windows | SetAt::Window(_) => Scope::Window,
            SetAt::Pane(_) => Scope::Pane,
        }
    }

    /// Whether nothing is inherited but defaults.
    pub(super) fn is_global(self) -> bool {
        matches!(self, SetAt::Server | SetAt::Sessions | SetAt::Windows)
    }

    /// The value that counts here.
    pub(super) fn inherited(self, model: &Sessions, spec: &'static OptionSpec) -> Value {
        model.options(self.place()).value(spec)
    }

    pub(super) fn place(self) -> Place {
        match self {
            SetAt::Server => Place::Server,
            SetAt::Sessions => Place::Session(None),
            SetAt::Session(session) => Place::Session(Some(session)),
            SetAt::Windows => Place::Window(None),
            SetAt::Window(window) => Place::Window(Some(window)),
            SetAt::Pane(pane) => Place::Pane(pane),
        }
    }

    /// The panes of a window, whose options `-U` takes away too.
    pub(super) fn below(self, model: &Sessions) -> Vec<SetAt> {
        match self {
            SetAt::Window(window) => model
                .windows
                .get(&window)
                .map(|w| w.panes())
                .unwrap_or_default()
                .into_iter()
                .map(SetAt::Pane)
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// The options set at a place.
pub(super) fn node(model: &mut Sessions, at: SetAt) -> Option<&mut OptionNode> {
    match at {
        SetAt::Server => Some(&mut model.server_options),
        SetAt::Sessions => Some(&mut model.session_options),
        SetAt::Session(session) => model.sessions.get_mut(&session).map(|s| &mut s.options),
        SetAt::Windows => Some(&mut model.window_options),
        SetAt::Window(window) => model.windows.get_mut(&window).map(|w| &mut w.options),
        SetAt::Pane(pane) => model.panes.get_mut(&pane).map(|p| &mut p.options),
    }
}

/// The place that an option's row, or for a `@user` option the flags, say.
///
/// # Errors
/// `no such session: x`, `no such window: x`, `no such pane: x`, `no current session`.
pub(super) fn scope_of(
    run: &Run<'_>,
    spec: Option<&'static OptionSpec>,
    window: bool,
) -> Result<SetAt, String> {
    let scope = match spec {
        // A pane option without -p is set on the window.
        Some(spec) if spec.scope == Scope::Pane && !run.has('p') => Scope::Window,
        Some(spec) => spec.scope,
        None => flags_scope(run, window),
    };
    at(run, scope)
}

/// The scope that flags say.
pub(super) fn flags_scope(run: &Run<'_>, window: bool) -> Scope {
    match () {
        () if run.has('s') => Scope::Server,
        () if run.has('p') => Scope::Pane,
        () if run.has('w') || window => Scope::Window,
        () => Scope::Session,
    }
}

/// The place for a scope: the target's, or all with `-g`.
pub(super) fn at(run: &Run<'_>, scope: Scope) -> Result<SetAt, String> {
    let target = || -> Result<Target, String> {
        let what = match scope {
            Scope::Session => "session",
            Scope::Pane => "pane",
            _ => "window",
        };
        run.target.and_then(|found| found.target()).ok_or_else(|| match run.text('t') {
            Some(text) => format!("no such {what}: {text}"),
            None => format!("no current {what}"),
        })
    };
    Ok(match scope {
        Scope::Server => SetAt::Server,
        Scope::Session if run.has('g') => SetAt::Sessions,
        Scope::Session => SetAt::Session(target()?.session),
        Scope::Window | Scope::Pane if run.has('g') => SetAt::Windows,
        Scope::Window => SetAt::Window(target()?.window),
        Scope::Pane => SetAt::Pane(target()?.pane),
    })
}
