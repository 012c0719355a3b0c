//! wait-for

use crate::commands::{
    run::{Flow, On, Resume, Run, Wait},
    spec::Spec,
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "wait-for",
    alias: Some("wait"),
    flags: "LSU",
    arguments: (1, Some(1)),
    usage: "[-L|-S|-U] channel",
    text: "Waits until a channel is signalled (-S), or takes (-L) and gives back (-U) its lock.",
    for_watchers: true,
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let name = run.args.value(0).unwrap_or_default();
    // Locks and signals do not meet: a lock's waiters are under another name.
    let lock = format!("lock {name}");
    let wait = |name: String| {
        let resume: Resume = Box::new(|_, _| Ok(Flow::Next));
        Ok(Flow::Wait(Wait { on: On::Channel(name), resume }))
    };
    if run.has('S') {
        let waiting = run.waiting.contains(&name);
        run.channels.signal(&name, waiting)?;
        return Ok(Flow::Next);
    }
    if run.has('U') {
        let waiting = run.waiting.contains(&lock);
        run.channels.unlock(&name, waiting.then_some(lock))?;
        return Ok(Flow::Next);
    }
    if run.has('L') {
        return if run.channels.lock(&name)? { Ok(Flow::Next) } else { wait(lock) };
    }
    if run.channels.take_signal(&name) { Ok(Flow::Next) } else { wait(name) }
}
