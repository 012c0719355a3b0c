//! What people do beside typing: commands that leave everything where it is, and, in a world of changes, those that do
//! not.

use super::client::SESSION;
use super::story::tell;
use super::world::{PANES_MAX, TERMINAL, World};
use abide_core::boundary::ExitStatus;
use abide_protocol::message::{Size, SurfaceKind};

const CALM: &[&str] = &[
    "select-window -n -t main",
    "select-window -l -t main",
    "display-message -p #{pane_id}",
    "display-message hello",
    "set-option -g @note x",
    "rename-window -t main w",
    "list-panes -a",
    "refresh-client",
    "show-messages",
];

/// `P` and `Q` are panes.
const CHANGES: &[&str] = &[
    "split-window -h -t P",
    "split-window -v -b -t P",
    "split-window -d -f -t P",
    "kill-pane -t P",
    "select-pane -t P",
    "resize-pane -R 5 -t P",
    "resize-pane -U 3 -t P",
    "resize-pane -Z -t P",
    "swap-pane -s P -t Q",
    "break-pane -d -s P",
    "join-pane -d -s P -t Q",
    "rotate-window -t P",
    "select-layout -t P tiled",
    "select-layout -t P even-vertical",
    "respawn-pane -k -t P",
    "copy-mode -t P",
    "clear-history -t P",
    "new-session -d -s other",
    "kill-session -t other",
    "set-option -g status off",
    "set-option -g status on",
    "set-option -w -t P pane-border-status top",
    "link-window -d -s P -t other",
    "new-window -d -t main",
    "set-option -p -t P remain-on-exit off",
    "swap-window -d -s P -t Q",
    "kill-window -t P",
];

impl World {
    /// A command that changes nothing that the judge looks at.
    pub(crate) fn command(&mut self, client: usize) {
        let line = *self.dice.one_of(CALM);
        let panes = self.keeper.places().len();
        let more = !self.knobs.together && panes < PANES_MAX && self.dice.percent(10);
        self.clients[client].command(if more { "new-window -t main" } else { line });
    }

    /// Something that changes what there is.
    pub(crate) fn change(&mut self, client: usize) {
        let places = self.keeper.places();
        let mut pane = || {
            let at = (!places.is_empty()).then(|| *self.dice.one_of(&places));
            at.and_then(|at| self.keeper.panes[at].as_ref()).map_or("%0".to_owned(), |p| p.id.to_string())
        };
        let (p, q) = (pane(), pane());
        match self.dice.below(10) {
            0 => {
                let size =
                    Size { cols: 1 + self.dice.below(120) as u16, rows: 1 + self.dice.below(40) as u16 };
                tell(format_args!("client {client}: {}x{}", size.cols, size.rows));
                self.clients[client].resize(size);
            }
            1 => {
                if !places.is_empty() {
                    let at = *self.dice.one_of(&places);
                    let status = ExitStatus::Code(self.dice.below(2) as i32);
                    self.keeper.end_program(at, status);
                }
            }
            2 => {
                self.clients[client].command("new-session -d -s main");
                if !self.clients[client].wanted.contains_key(&SESSION) {
                    self.clients[client].attach(SESSION, SurfaceKind::Session, "main", TERMINAL);
                }
            }
            _ => {
                let line = *self.dice.one_of(CHANGES);
                let grows = ["split", "new-", "respawn"].iter().any(|verb| line.starts_with(verb));
                if !grows || places.len() < PANES_MAX {
                    let line = line.replace(" P", &format!(" {p}")).replace(" Q", &format!(" {q}"));
                    self.clients[client].command(&line);
                }
            }
        }
    }
}
