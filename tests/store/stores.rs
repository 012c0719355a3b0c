//! The suite on every store that each build has.

use super::conformance::{Stage, home};
use abide::store::{
    Store,
    embedded::Embedded,
    faulty::{Fate, Faulty},
    memory::Memory,
    space::SpaceName,
};
use std::cell::RefCell;
use std::rc::Rc;

fn memory(wrap: impl Fn(Memory) -> Box<dyn Store>) -> Stage {
    let memory = Memory::default().seen_by(home());
    let (again, others) = (memory.clone(), memory.clone());
    Stage {
        store: wrap(memory),
        again: Box::new(move || Box::new(again.clone())),
        others: Box::new(move |who| Box::new(others.seen_by(who))),
    }
}

store_suite!(memory_store, memory(|memory| Box::new(memory)));

store_suite!(faulty_store, memory(|memory| Box::new(Faulty::new(memory, [Fate::Done; 4]))));

store_suite!(embedded_store, embedded(home().space));
// The records of a space that was brought into the file.
store_suite!(embedded_guest, embedded(SpaceName::of("this", "file")));

fn embedded(host: SpaceName) -> Stage {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.redb");
    let store = Embedded::open(&path).unwrap().named(host.clone());
    let open = Rc::new(RefCell::new(Some(store.seen_by(home()))));
    let shared = Rc::clone(&open);
    Stage {
        store: Box::new(store.seen_by(home())),
        again: Box::new(move || {
            let _keep = &folder;
            *shared.borrow_mut() = None;
            Box::new(Embedded::open(&path).unwrap().named(host.clone()).seen_by(home()))
        }),
        others: Box::new(move |who| Box::new(open.borrow().as_ref().expect("still open").seen_by(who))),
    }
}
