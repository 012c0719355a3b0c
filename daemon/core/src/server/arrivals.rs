//! Stored sessions of other machines come here.
//!
//! Each step is a question, and nothing of the session is in the model before the last: its record there is marked as ours
//! (nobody else takes it then, and its owner does not start with it), all of it is read, copied into our store under numbers of
//! ours, put into the model, and, once the store's root names it here, removed there.
//!
//! Whoever dies in between: the mark is in the store. The next daemon knows from its structure record, or from what the
//! store has under its root, which sessions have come; those it removes there, and gives the rest back. So does one whose
//! attempt fails. Out of another store's file sessions are only copied: nobody marks anything there.

use super::Server;
use crate::{
    base::{
        ids::{PaneId, SessionId, Ticket},
        limits::ARRIVALS_MAX,
    },
    boundary::{Answer, Key, Look, Looked, Question, Taking, Whose},
    session::{Arrival, Origin, tidy},
    snapshot::{
        arrive::{Come, Coming, Found},
        is_kept, shelf,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// What has to be answered before the next step.
enum Step {
    /// Whether its record is marked as ours.
    Begin,
    /// Which sessions there are.
    List,
    /// All that is kept of this one.
    Read(Box<Found>),
    /// Whether it is copied.
    Copy(Vec<PaneId>, Box<Coming>),
}

/// Sessions on their way, and what is still to be done for those that have come.
pub(super) struct Arrivals {
    coming: BTreeMap<Ticket, (Arrival, Step)>,
    /// There may be marks of ours that mean nothing.
    stray_marks: bool,
    giving_back: Option<Ticket>,
    finishing: BTreeMap<Ticket, SessionId>,
    /// Sessions of which it was said that they are still there too.
    told: BTreeSet<SessionId>,
}

impl Default for Arrivals {
    fn default() -> Arrivals {
        // A daemon before this one may have left some.
        Arrivals {
            coming: BTreeMap::new(),
            stray_marks: true,
            giving_back: None,
            finishing: BTreeMap::new(),
            told: BTreeSet::new(),
        }
    }
}

impl Arrivals {
    /// Whether none is on its way.
    pub(super) fn is_empty(&self) -> bool {
        self.coming.is_empty()
    }
}

fn item(session: SessionId) -> Vec<u8> {
    Key::Session(session).bytes()
}

impl Server {
    /// Begins with what commands of this turn want.
    pub(super) fn begin_arrivals(&mut self) {
        while let Some(arrival) = self.model.wanted.pop() {
            let same = |(other, _): &(Arrival, Step)| {
                (&other.whose, other.session) == (&arrival.whose, arrival.session)
                    || other.name == arrival.name
            };
            if self.arrivals.coming.values().any(same) {
                self.tell_arrival(arrival.told, Err("it is on its way already".to_owned()));
            } else if self.arrivals.coming.len() >= ARRIVALS_MAX {
                let why = format!("too many sessions are on their way: at most {ARRIVALS_MAX}");
                self.tell_arrival(arrival.told, Err(why));
            } else if arrival.whose.file.is_some() {
                self.list_origin(arrival);
            } else {
                let begin = Taking::Begin { space: arrival.whose.space.clone(), item: item(arrival.session) };
                let ticket = self.model.ask(Question::Take(begin));
                self.arrivals.coming.insert(ticket, (arrival, Step::Begin));
            }
        }
    }

    fn list_origin(&mut self, arrival: Arrival) {
        let look = Look::Session { whose: arrival.whose.clone(), prefixes: shelf::session_prefixes() };
        let ticket = self.model.ask(Question::Look(look));
        self.arrivals.coming.insert(ticket, (arrival, Step::List));
    }

    fn tell_arrival(&mut self, told: Ticket, outcome: Result<(), String>) {
        self.queues.answered(&mut self.model, told, Answer::Taken(outcome));
    }

    /// An answer, given back when nobody here waited for it.
    pub(super) fn arrival_answered(&mut self, ticket: Ticket, answer: Answer) -> Option<Answer> {
        if self.arrivals.giving_back == Some(ticket) {
            self.arrivals.giving_back = None;
            if let Answer::Taken(Err(why)) = answer {
                self.arrivals.stray_marks = true;
                self.model.note(&format!("what was not taken over can't be given back: {why}"));
            } else if self.arrivals.stray_marks {
                self.give_back();
            }
            return None;
        }
        if let Some(session) = self.arrivals.finishing.remove(&ticket) {
            self.origin_finished(session, answer);
            return None;
        }
        let Some((arrival, step)) = self.arrivals.coming.remove(&ticket) else { return Some(answer) };
        let told = arrival.told;
        let own = arrival.whose.file.is_none();
        if let Err(why) = self.next_step(arrival, step, answer) {
            if own {
                self.arrivals.stray_marks = true;
                self.give_back();
            }
            self.tell_arrival(told, Err(why));
        }
        None
    }

    fn next_step(&mut self, arrival: Arrival, step: Step, answer: Answer) -> Result<(), String> {
        match (step, answer) {
            (_, Answer::Looked(Err(why))) => return Err(why),
            (Step::Begin, Answer::Taken(outcome)) => {
                outcome?;
                self.list_origin(arrival);
            }
            (Step::List, Answer::Looked(Ok(Looked::Session(records)))) => {
                let found = Found::new(records.into_vec(), arrival.session)?;
                let look = Look::Session { whose: arrival.whose.clone(), prefixes: found.prefixes() };
                let ticket = self.model.ask(Question::Look(look));
                self.arrivals.coming.insert(ticket, (arrival, Step::Read(Box::new(found))));
            }
            (Step::Read(found), Answer::Looked(Ok(Looked::Session(records)))) => {
                let own = found.own_panes().to_vec();
                let mut coming = Coming::new(*found, &arrival.name, &records, &mut self.model)?;
                // Known before any of it is written: what a daemon that is killed leaves of it the next one removes.
                self.model.arriving.extend(coming.stored.iter().copied());
                let copy = Taking::Copy {
                    whose: arrival.whose.clone(),
                    keys: std::mem::take(&mut coming.keys),
                    writes: std::mem::take(&mut coming.writes),
                };
                let ticket = self.model.ask(Question::Take(copy));
                self.arrivals.coming.insert(ticket, (arrival, Step::Copy(own, Box::new(coming))));
            }
            (Step::Copy(own, coming), Answer::Taken(outcome)) => {
                let stored = coming.stored.clone();
                self.model.arriving.retain(|record| !stored.contains(record));
                self.model.changed = true;
                self.plan.inherit_panes(&stored);
                outcome?;
                let come = coming.settle(&mut self.model)?;
                self.arrived(&arrival, own, come);
                self.tell_arrival(arrival.told, Ok(()));
            }
            _ => return Err("the store gave another answer".to_owned()),
        }
        Ok(())
    }

    /// It is in the model: its shells are started.
    fn arrived(&mut self, arrival: &Arrival, own: Vec<PaneId>, come: Come) {
        let Whose { file, space } = &arrival.whose;
        if file.is_none() {
            let origin = Origin { space: space.clone(), session: arrival.session, panes: own };
            self.model.origins.insert(come.session, origin);
        }
        for notice in &come.notices {
            self.model.note(notice);
        }
        let from = file.as_ref().map_or(space.clone(), |file| tidy(file));
        let text = format!("[restored: session {} of {from}]", tidy(&arrival.name));
        self.say_what_is_gone(&text, &come.gone);
        for (pane, ran) in come.shells {
            self.restart_shell(pane);
            if let Some(ran) = ran {
                self.model.retype_what_ran(pane, &ran);
            }
        }
        self.plan.hurry(self.model.now.instant);
    }

    /// The store has taken something: sessions that have come may be whole in it.
    pub(super) fn see_to_origins(&mut self) {
        if self.arrivals.stray_marks {
            self.give_back();
        }
        let stored = |id: &SessionId| self.plan.has_stored(*id) || !is_kept(&self.model, *id);
        let asked = |id: &SessionId| self.arrivals.finishing.values().any(|other| other == id);
        let ids: Vec<_> = self.model.origins.keys().copied().filter(|id| stored(id) && !asked(id)).collect();
        for id in ids {
            self.finish_origin(id);
        }
    }

    fn finish_origin(&mut self, id: SessionId) {
        let Some(origin) = self.model.origins.get(&id) else { return };
        let finish = Taking::Finish {
            space: origin.space.clone(),
            item: item(origin.session),
            along: Key::prefixes_of(&origin.panes),
        };
        let ticket = self.model.ask(Question::Take(finish));
        self.arrivals.finishing.insert(ticket, id);
    }

    /// All of it ends for good: what has come is not left where it came from.
    pub(super) fn finish_all_origins(&mut self) {
        for id in self.model.origins.keys().copied().collect::<Vec<_>>() {
            self.finish_origin(id);
        }
    }

    fn origin_finished(&mut self, session: SessionId, answer: Answer) {
        let Some(origin) = self.model.origins.get(&session) else { return };
        if let Answer::Taken(Err(why)) = answer {
            let text = format!("a session of {} that came here is still there too: {why}", origin.space);
            if self.arrivals.told.insert(session) {
                self.model.note(&text);
            }
            return;
        }
        self.model.origins.remove(&session);
        self.model.changed = true;
        self.plan.touch(self.model.now.instant);
    }

    /// Gives back all that is marked as ours and neither on its way nor here.
    fn give_back(&mut self) {
        if self.arrivals.giving_back.is_some() {
            return;
        }
        self.arrivals.stray_marks = false;
        let come = self.model.origins.values().map(|origin| (origin.space.clone(), item(origin.session)));
        let coming = self.arrivals.coming.values().map(|(a, _)| (a.whose.space.clone(), item(a.session)));
        let but = come.chain(coming).collect();
        self.arrivals.giving_back = Some(self.model.ask(Question::Take(Taking::GiveBack { but })));
    }
}
