//! The real core, with everything that goes in and comes out written down. What it asks of threads is kept aside, for
//! the world to answer when it likes.

use super::story::tell;
use abide::reactor::ports::Core;
use abide_core::base::ids::{PaneId, Ticket};
use abide_core::base::instant::{Instant, Now};
use abide_core::boundary::{Effect, Input, PtyFacts, Question};
use abide_core::screen::Screen;
use abide_core::server::Server;
use abide_protocol::message::ServerMessage;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

/// Questions that wait for an answer.
pub(crate) type Questions = Rc<RefCell<VecDeque<(Ticket, Question)>>>;

pub(crate) struct Watched {
    pub(crate) server: Server,
    questions: Questions,
}

impl Watched {
    pub(crate) fn new(server: Server, questions: Questions) -> Watched {
        Watched { server, questions }
    }
}

impl Core for Watched {
    fn handle(&mut self, now: Now, input: Input<'_>) {
        match &input {
            Input::PtyOutput(pane, end, bytes) => {
                let last = bytes.get(bytes.len().saturating_sub(16)..).unwrap_or_default();
                tell(format_args!("> output {pane} to {end}, {}: …{}", bytes.len(), last.escape_ascii()));
            }
            Input::ViewerSaid(viewer, message) => {
                let text = format!("{message:?}");
                let short: String = text.chars().take(100).collect();
                tell(format_args!("> viewer {} said {short}", viewer.0));
            }
            other => tell(format_args!("> {other:?}")),
        }
        Core::handle(&mut self.server, now, input);
        assert_eq!(self.server.model.fault(), None, "the model is whole after every input");
    }

    fn output_left(&self) -> usize {
        self.server.output_left()
    }

    fn effects(&mut self) -> Vec<Effect> {
        let mut effects = Core::effects(&mut self.server);
        let asked = effects.extract_if(.., |effect| {
            matches!(effect, Effect::Forget(_))
                || matches!(effect, Effect::Ask(_, question) if !matches!(question, Question::Commit(_) | Question::ReadStore(_)))
        });
        for effect in asked {
            match effect {
                Effect::Ask(ticket, question) => self.questions.borrow_mut().push_back((ticket, question)),
                Effect::Forget(ticket) => self.questions.borrow_mut().retain(|(other, _)| *other != ticket),
                _ => {}
            }
        }
        for effect in &effects {
            match effect {
                Effect::WritePty(pane, mark, bytes) => {
                    tell(format_args!("< write {pane} {}:{} {} bytes", mark.client, mark.seq, bytes.len()));
                }
                Effect::TellViewer(viewer, message) => match message {
                    ServerMessage::Update(u) => tell(format_args!(
                        "< update {} surface {} rows {} full {}",
                        viewer.0,
                        u.surface,
                        u.rows.len(),
                        u.full
                    )),
                    other => {
                        let text = format!("{other:?}");
                        let short: String = text.chars().take(100).collect();
                        tell(format_args!("< tell {} {short}", viewer.0));
                    }
                },
                Effect::Ask(ticket, Question::Commit(writes)) => {
                    tell(format_args!("< commit {} of {}", ticket.0, writes.len()));
                }
                Effect::SpawnPty { pane, size, .. } => {
                    tell(format_args!("< spawn {pane} {}x{}", size.cols, size.rows))
                }
                other => tell(format_args!("< {other:?}")),
            }
        }
        effects
    }

    fn deadline(&self) -> Option<Instant> {
        Core::deadline(&self.server)
    }

    fn structure(&mut self) -> Option<Vec<u8>> {
        let record = Core::structure(&mut self.server);
        if let Some(record) = &record {
            tell(format_args!("< structure of {} bytes", record.len()));
        }
        record
    }

    fn panes(&self) -> Vec<PaneId> {
        Core::panes(&self.server)
    }

    fn taken(&mut self, pane: PaneId, marks: &[(u64, u64)]) {
        tell(format_args!("> taken {pane} {marks:?}"));
        Core::taken(&mut self.server, pane, marks);
    }

    fn screen(&self, pane: PaneId) -> Option<&Screen> {
        Core::screen(&self.server, pane)
    }

    fn adopt(&mut self, pane: PaneId, facts: PtyFacts, screen: Option<Screen>, replies_until: u64) {
        tell(format_args!("> adopt {pane} {facts:?} with screen {} until {replies_until}", screen.is_some()));
        Core::adopt(&mut self.server, pane, facts, screen, replies_until);
    }
}
