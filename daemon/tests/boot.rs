//! Which way a core comes to be: from the keeper's record, from the store, from the configuration alone.

use abide::boot::server::{Origin, Rebuild, rebuild, recall};
use abide::cli::Options;
use abide::places::Places;
use abide::reactor::ports::Core;
use abide::store::{Stamp, Store, embedded::Embedded};
use abide_core::base::ids::PaneId;
use abide_core::base::instant::{Instant, Now};
use abide_core::boundary::Records;
use abide_core::boundary::{Effect, HostFacts, Input, PtyFacts};
use abide_core::screen::Screen;
use std::collections::BTreeSet;
use std::path::Path;

/// A core that remembers only how it began.
#[derive(Debug)]
struct Story(String);

impl Core for Story {
    fn handle(&mut self, _: Now, _: Input<'_>) {}
    fn effects(&mut self) -> Vec<Effect> {
        Vec::new()
    }
    fn deadline(&self) -> Option<Instant> {
        None
    }
    fn structure(&mut self) -> Option<Vec<u8>> {
        None
    }
    fn panes(&self) -> Vec<PaneId> {
        Vec::new()
    }
    fn taken(&mut self, _: PaneId, _: &[(u64, u64)]) {}
    fn screen(&self, _: PaneId) -> Option<&Screen> {
        None
    }
    fn adopt(&mut self, _: PaneId, _: PtyFacts, _: Option<Screen>, _: u64) {}
}

fn told(config: &[(String, Vec<u8>)]) -> String {
    config
        .iter()
        .map(|(p, b)| format!(" {}={}", p.rsplit('/').next().unwrap_or(p), String::from_utf8_lossy(b)))
        .collect()
}

impl Rebuild for Story {
    fn fresh(_: HostFacts, config: Vec<(String, Vec<u8>)>, _: Now) -> Story {
        Story(format!("fresh{}", told(&config)))
    }
    fn recover(_: HostFacts, structure: &[u8], _: Now) -> Result<Story, String> {
        match structure {
            b"bad" => Err("no record".into()),
            good => Ok(Story(format!("recovered {}", String::from_utf8_lossy(good)))),
        }
    }
    fn restore(
        _: HostFacts,
        config: Vec<(String, Vec<u8>)>,
        records: Records,
        _: Now,
    ) -> (Story, Vec<String>) {
        (
            Story(format!("restored {} records{}", records.len(), told(&config))),
            vec!["processes are gone".into()],
        )
    }
    fn panes_stored(&self) -> BTreeSet<PaneId> {
        BTreeSet::from([PaneId(3)])
    }
    fn recall(&mut self, panes: &BTreeSet<PaneId>, _: Records) -> Vec<String> {
        vec![format!("recalled {panes:?}")]
    }
    fn leave_stored(&mut self, panes: &BTreeSet<PaneId>) {
        self.0 += &format!(", left {panes:?}");
    }
}

struct Ground {
    folder: tempfile::TempDir,
    options: Options,
}

impl Ground {
    fn new() -> Ground {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(".abide.conf"), "set -g x y").expect("a file");
        Ground { folder, options: Options::default() }
    }
    fn places(&self) -> Places {
        let socket = self.folder.path().join("socket");
        let mut places = Places::resolve(&|_| None, 0, self.folder.path(), Some(Path::new(&socket)), None)
            .expect("places");
        // Not this machine's own.
        places.config.retain(|p| !p.starts_with("/etc"));
        places.prepare_state(rustix::process::getuid().as_raw()).expect("a state folder");
        places
    }
    /// How the core began, from where, and what is said about it.
    fn rebuild(&self, structure: Option<&[u8]>) -> (String, &'static str, Vec<String>) {
        let host = HostFacts::default();
        let rebuilt =
            rebuild::<Story>(&self.options, &self.places(), &host, structure, false).expect("a core");
        let origin = match rebuilt.origin {
            Origin::Keeper => "keeper",
            Origin::Store(_) => "store",
            Origin::Nothing => "nothing",
        };
        (rebuilt.core.0, origin, rebuilt.notices)
    }
    fn store(&self, key: &[u8]) {
        let mut store = Embedded::open(&self.places().store()).expect("a store");
        let Stamp { epoch, .. } = store.claim().expect("a claim");
        store.commit(Stamp { epoch, seq: 1 }, &[(key.to_vec(), Some(vec![7]))]).expect("a commit");
    }
}

#[test]
fn the_first_start_reads_the_configuration() {
    let ground = Ground::new();
    assert_eq!(ground.rebuild(None), ("fresh .abide.conf=set -g x y".into(), "store", vec![]));
}

#[test]
fn named_files_replace_the_usual_ones_and_must_be_there() {
    let mut ground = Ground::new();
    let own = ground.folder.path().join("own.conf");
    std::fs::write(&own, "a").expect("a file");
    ground.options.config = vec![own, "/no/such.conf".into()];
    let (core, _, notices) = ground.rebuild(None);
    assert_eq!(core, "fresh own.conf=a");
    assert_eq!(notices, ["/no/such.conf: No such file or directory"]);
}

#[test]
fn after_a_crash_the_keepers_record_counts() {
    let ground = Ground::new();
    ground.store(b"k");
    assert_eq!(ground.rebuild(Some(b"S")), ("recovered S".into(), "keeper", vec![]));
}

#[test]
fn screens_that_can_not_be_read_are_left_where_they_are() {
    let mut core = Story("recovered S".into());
    let notices = recall(&mut core, &[], |_| Ok(Records::default()));
    assert_eq!((core.0.as_str(), notices), ("recovered S", vec!["recalled {PaneId(3)}".to_owned()]));
    let notices = recall(&mut core, &[], |_| Err("the disk is asleep".into()));
    assert_eq!(core.0, "recovered S, left {PaneId(3)}");
    assert_eq!(notices, ["the screens of 1 panes could not be read: the disk is asleep"]);
}

#[test]
fn after_a_reboot_the_store_counts_and_the_configuration_is_read_again() {
    let ground = Ground::new();
    ground.store(b"k");
    let (core, origin, notices) = ground.rebuild(None);
    assert_eq!(core, "restored 1 records .abide.conf=set -g x y");
    assert_eq!((origin, notices), ("store", vec!["processes are gone".to_owned()]));
}

#[test]
fn a_record_that_makes_no_sense_falls_back_to_the_store_and_says_so() {
    let ground = Ground::new();
    ground.store(b"k");
    let (core, _, notices) = ground.rebuild(Some(b"bad"));
    assert!(core.starts_with("restored"), "{core}");
    assert_eq!(notices[0], "windows could not be taken over from the daemon before: no record");
}

#[test]
fn on_trial_a_record_that_makes_no_sense_ends_it_with_nothing_touched() {
    let ground = Ground::new();
    ground.store(b"k");
    let before = std::fs::read(ground.places().store()).expect("a store");
    let rebuild = |structure: Option<&[u8]>| {
        let host = HostFacts::default();
        let rebuilt = rebuild::<Story>(&ground.options, &ground.places(), &host, structure, true);
        rebuilt.map(|rebuilt| rebuilt.core.0)
    };
    assert_eq!(rebuild(Some(b"S")), Ok("recovered S".to_owned()));
    let why = "this version can't take over what the one before left: no record";
    assert_eq!(rebuild(Some(b"bad")), Err(why.to_owned()));
    let why = "this version finds no record of what the one before left";
    assert_eq!(rebuild(None), Err(why.to_owned()));
    assert!(before == std::fs::read(ground.places().store()).expect("a store"), "the store is as it was");
}

#[test]
fn a_damaged_store_is_moved_aside_and_one_that_is_held_left_alone() {
    let ground = Ground::new();
    let path = ground.places().store();
    std::fs::write(&path, "this is no store").expect("a file");
    let (core, origin, notices) = ground.rebuild(None);
    assert_eq!((core.as_str(), origin), ("fresh .abide.conf=set -g x y", "store"));
    assert!(notices[0].contains("moved to"), "{notices:?}");
    let held = Embedded::open(&path).expect("a store");
    let (core, origin, notices) = ground.rebuild(None);
    assert_eq!((core.as_str(), origin), ("fresh .abide.conf=set -g x y", "nothing"));
    assert_eq!(notices, ["sessions could not be restored: another process has the store open"]);
    drop(held);
}
