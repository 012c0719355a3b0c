//! Queues of commands: one for each client's command line, key, prompt or file. Commands of a queue run one after
//! another; one that waits holds up its own queue alone.

use super::{
    caller::Caller,
    channel::Channels,
    limits,
    prepare::{Prepared, prepare, prepare_file},
    report,
    run::{Flow, Leavings, On, Reply, Resume, Run, Wait},
    surroundings::ModelSurroundings,
    target::{Finder, Found, current_client},
};
use crate::{
    base::ids::{Ticket, ViewerId},
    boundary::Answer,
    language::{self, Fault, Script},
    session::{Place, Sessions, Viewer},
};
use abide_protocol::message::CommandInput;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A command in a queue, and the group that fails with it.
struct Item {
    group: u64,
    command: Prepared,
}

struct Waiting {
    on: On,
    item: Item,
    resume: Resume,
}

struct Queue {
    caller: Caller,
    work: VecDeque<Item>,
    waiting: Option<Waiting>,
    status: u8,
    attached: bool,
    /// What was printed, where that is shown at the end (keys, prompts).
    printed: Vec<u8>,
    /// The client's standard input as far as it has come.
    input: Vec<u8>,
    ran: usize,
    next_group: u64,
}

/// All queues.
#[derive(Default)]
pub struct Queues {
    queues: BTreeMap<u64, Queue>,
    next: u64,
    channels: Channels,
    /// What was wrong in configuration files, until somebody is there to be told.
    config_faults: Vec<String>,
}

impl Queues {
    /// Reads and runs configuration files, in order. Clients' commands wait until they are done.
    pub fn configure(&mut self, model: &mut Sessions, files: &[(String, Vec<u8>)]) {
        for (path, bytes) in files {
            model.config_files.push(path.clone());
            let text = String::from_utf8_lossy(bytes);
            let caller = Caller::file(path);
            let script = language::parse(&text, &mut ModelSurroundings { model, caller: &caller });
            self.submit(model, caller, script);
        }
        self.run(model);
    }

    /// Runs a client's command line.
    pub fn command(
        &mut self,
        model: &mut Sessions,
        viewer: ViewerId,
        command: &abide_protocol::message::Command,
    ) {
        let script = language::from_words(&command.words);
        self.submit(model, Caller::command(viewer, command), Ok(script));
        self.run(model);
    }

    /// Runs what a key is bound to, or any other commands that are read already.
    pub fn script(&mut self, model: &mut Sessions, caller: Caller, script: Script) {
        self.submit(model, caller, Ok(script));
        self.run(model);
    }

    /// Runs a text in the command language (a prompt's, a mode's).
    pub fn text(&mut self, model: &mut Sessions, caller: Caller, text: &str) {
        let script = language::parse(text, &mut ModelSurroundings { model, caller: &caller });
        self.submit(model, caller, script);
        self.run(model);
    }

    fn submit(&mut self, model: &mut Sessions, caller: Caller, script: Result<Script, Fault>) {
        let mut queue = Queue::new(caller);
        let prepared = script.and_then(|script| {
            let server = model.options(Place::Server);
            if queue.caller.path.is_none() {
                return prepare(&script, &server);
            }
            let (groups, faults) = prepare_file(&script, &server);
            for fault in faults {
                self.say_fault(model, &mut queue, fault.line, &fault.message);
            }
            Ok(groups)
        });
        match prepared {
            Ok(groups) if self.queues.len() < limits::QUEUES_MAX => queue.put_in_front(groups),
            Ok(_) => self.say_fault(model, &mut queue, 0, "too many commands are waiting"),
            Err(fault) => self.say_fault(model, &mut queue, fault.line, &fault.message),
        }
        self.queues.insert(self.next, queue);
        self.next += 1;
    }

    /// A question was answered. Gives the answer back when no command has asked it.
    pub fn answered(&mut self, model: &mut Sessions, ticket: Ticket, answer: Answer) -> Option<Answer> {
        let Some(id) = self.waiting_for(&On::Answer(ticket)).first().copied() else { return Some(answer) };
        self.resume(model, id, Reply::Answer(answer));
        self.run(model);
        None
    }

    /// A prompt with that ticket was answered (and what it runs has been run), or given up.
    pub fn prompt_ended(&mut self, model: &mut Sessions, ticket: Ticket, answered: bool) {
        for id in self.waiting_for(&On::Prompt(ticket)) {
            self.resume(model, id, Reply::Prompt(answered));
        }
        self.run(model);
    }

    /// A piece of a client's standard input, which a command asked for.
    pub fn input(&mut self, model: &mut Sessions, viewer: ViewerId, piece: CommandInput) {
        let waits = |queue: &Queue| {
            queue.caller.viewer == Some(viewer)
                && queue.caller.command == Some(piece.id)
                && queue.waiting.as_ref().is_some_and(|w| w.on == On::Input)
        };
        let Some((id, queue)) = self.queues.iter_mut().find(|(_, queue)| waits(queue)) else { return };
        let room = limits::FILE_BYTES_MAX.saturating_sub(queue.input.len());
        queue.input.extend_from_slice(piece.text.get(..room).unwrap_or(&piece.text));
        if piece.last {
            let (id, input) = (*id, std::mem::take(&mut queue.input));
            self.resume(model, id, Reply::Input(input));
            self.run(model);
        }
    }

    /// A connection has ended: what it waited for is of no use.
    pub fn viewer_gone(&mut self, viewer: ViewerId) {
        self.queues.retain(|_, queue| queue.caller.viewer != Some(viewer) || queue.caller.command.is_none());
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.queues.is_empty()
    }

    /// What was wrong in configuration files; told to the first client that attaches.
    pub fn take_config_faults(&mut self) -> Vec<String> {
        std::mem::take(&mut self.config_faults)
    }

    fn waiting_for(&self, on: &On) -> Vec<u64> {
        let waits = |queue: &Queue| queue.waiting.as_ref().is_some_and(|waiting| waiting.on == *on);
        self.queues.iter().filter(|(_, queue)| waits(queue)).map(|(id, _)| *id).collect()
    }

    /// Runs all queues as far as they go.
    fn run(&mut self, model: &mut Sessions) {
        loop {
            let configuring = self.queues.values().any(|queue| queue.caller.path.is_some());
            let ready =
                |queue: &Queue| queue.waiting.is_none() && (!configuring || queue.caller.path.is_some());
            let Some(id) = self.queues.iter().find(|(_, queue)| ready(queue)).map(|(id, _)| *id) else {
                break;
            };
            self.run_one(model, id);
            for (name, all) in std::mem::take(&mut self.channels.signals) {
                let mut waiting = self.waiting_for(&On::Channel(name));
                if !all {
                    waiting.truncate(1);
                }
                for id in waiting {
                    self.resume(model, id, Reply::Channel);
                }
            }
        }
    }

    fn run_one(&mut self, model: &mut Sessions, id: u64) {
        let Some(mut queue) = self.queues.remove(&id) else { return };
        while queue.waiting.is_none() {
            let Some(item) = queue.work.pop_front() else {
                report::finish(model, &queue.caller, queue.status, queue.attached, &queue.printed);
                return;
            };
            queue.ran += 1;
            if queue.ran > limits::COMMANDS_PER_QUEUE_MAX {
                self.say_fault(
                    model,
                    &mut queue,
                    item.command.line,
                    "too many commands: they seem to have no end",
                );
                queue.work.clear();
                continue;
            }
            self.step(model, &mut queue, item, None);
            if !self.channels.signals.is_empty() && queue.waiting.is_none() {
                // Those who wait go first.
                break;
            }
        }
        self.queues.insert(id, queue);
    }

    fn resume(&mut self, model: &mut Sessions, id: u64, reply: Reply) {
        let Some(mut queue) = self.queues.remove(&id) else { return };
        if let Some(waiting) = queue.waiting.take() {
            self.step(model, &mut queue, waiting.item, Some((waiting.resume, reply)));
        }
        self.queues.insert(id, queue);
    }

    /// Runs one command, or what follows its wait.
    fn step(
        &mut self,
        model: &mut Sessions,
        queue: &mut Queue,
        item: Item,
        resumed: Option<(Resume, Reply)>,
    ) {
        let mut left = Leavings::default();
        let waiting = self.channels_waited_for();
        let place = (&mut self.channels, &waiting);
        let result = execute(model, place, &queue.caller, &item.command, &mut left, resumed);
        queue.attached |= left.attached;
        report::printed(model, &queue.caller, &mut queue.printed, &left.out);
        for fault in &left.faults {
            self.say_fault(model, queue, item.command.line, fault);
        }
        match result {
            Ok(Flow::Next) => {}
            Ok(Flow::Status(status)) => queue.status = status,
            Ok(Flow::Stop(status)) => {
                queue.status = status;
                queue.work.retain(|other| other.group != item.group);
            }
            Ok(Flow::Insert(script)) => match prepare(&script, &model.options(Place::Server)) {
                Ok(groups) => queue.put_in_front(groups),
                Err(fault) => {
                    self.say_fault(model, queue, item.command.line, &fault.message);
                    queue.work.retain(|other| other.group != item.group);
                }
            },
            Ok(Flow::Wait(wait)) => queue.waiting = Some(Waiting { on: wait.on, item, resume: wait.resume }),
            Ok(Flow::Background(flow)) => {
                if let Flow::Wait(wait) = *flow {
                    self.wait_beside(model, queue, item, wait);
                }
            }
            Err(fault) => {
                self.say_fault(model, queue, item.command.line, &fault);
                queue.work.retain(|other| other.group != item.group);
            }
        }
        for (caller, script) in left.background {
            self.submit(model, caller, Ok(script));
        }
    }

    fn channels_waited_for(&self) -> BTreeSet<String> {
        let channel = |queue: &Queue| match &queue.waiting.as_ref()?.on {
            On::Channel(name) => Some(name.clone()),
            _ => None,
        };
        self.queues.values().filter_map(channel).collect()
    }

    /// A queue of its own for what one command waits for in the background: what it prints is for nobody.
    fn wait_beside(&mut self, model: &mut Sessions, queue: &mut Queue, item: Item, wait: Wait) {
        if self.queues.len() >= limits::QUEUES_MAX {
            self.say_fault(model, queue, item.command.line, "too many commands are waiting");
            return;
        }
        let caller = Caller { command: None, tty: None, path: None, ..queue.caller.clone() };
        let waiting = Some(Waiting { on: wait.on, item, resume: wait.resume });
        self.queues.insert(self.next, Queue { waiting, ..Queue::new(caller) });
        self.next += 1;
    }

    fn say_fault(&mut self, model: &mut Sessions, queue: &mut Queue, line: u32, fault: &str) {
        queue.status = 1;
        if let Some(path) = &queue.caller.path {
            let fault = format!("{path}:{line}: {fault}");
            model.note(&fault);
            self.config_faults.push(fault);
            return;
        }
        report::fault(model, &queue.caller, queue.attached, fault);
    }
}

impl Queue {
    fn new(caller: Caller) -> Queue {
        Queue {
            caller,
            work: VecDeque::new(),
            waiting: None,
            status: 0,
            attached: false,
            printed: Vec::new(),
            input: Vec::new(),
            ran: 0,
            next_group: 0,
        }
    }

    fn put_in_front(&mut self, groups: Vec<Vec<Prepared>>) {
        let mut items = Vec::new();
        for group in groups {
            self.next_group += 1;
            items.extend(group.into_iter().map(|command| Item { group: self.next_group, command }));
        }
        for item in items.into_iter().rev() {
            self.work.push_front(item);
        }
    }
}

fn execute(
    model: &mut Sessions,
    (channels, waiting): (&mut Channels, &BTreeSet<String>),
    caller: &Caller,
    command: &Prepared,
    left: &mut Leavings,
    resumed: Option<(Resume, Reply)>,
) -> Result<Flow, String> {
    let spec = command.spec;
    if !spec.for_watchers
        && caller.viewer.and_then(|v| model.viewers.get(&v)).is_some_and(|v| watches_only(v, caller))
    {
        return Err("client is read-only".to_owned());
    }
    let resolve =
        |model: &Sessions, target: Option<super::spec::TargetSpec>| -> Result<Option<Found>, String> {
            let Some(target) = target else { return Ok(None) };
            let text = command.args.text(target.flag);
            match (Finder { model, caller }).find(text.as_deref(), target) {
                Ok(found) => Ok(Some(found)),
                Err(_) if target.can_fail => Ok(None),
                // Nothing is meant because nothing is there: the command says what it misses.
                Err(fault) if text.is_none() && fault == "no current target" => Ok(None),
                Err(fault) => Err(fault),
            }
        };
    let source = resolve(model, spec.source)?;
    let target = resolve(model, spec.target)?;
    let mut run = Run { model, caller, args: &command.args, spec, target, source, channels, waiting, left };
    match resumed {
        None => (spec.run)(&mut run),
        Some((resume, reply)) => resume(&mut run, reply),
    }
}

/// Whether the surface that a key came from, or the client's first, is one that only looks.
fn watches_only(viewer: &Viewer, caller: &Caller) -> bool {
    let surface = viewer.surfaces.get(&caller.surface).or_else(|| viewer.session_surface());
    surface.is_some_and(|surface| surface.read_only)
}

/// The client that hears of what a caller's commands do.
#[must_use]
pub fn hearer(model: &Sessions, caller: &Caller) -> Option<ViewerId> {
    caller.viewer.filter(|v| model.viewers.contains_key(v)).or_else(|| current_client(model, caller))
}
