//! What sessions cost a FoundationDB cluster, and how soon they are read back. It takes the cluster in `FDB_CLUSTER_FILE`,
//! under keys of its own that it removes.

#[cfg(not(feature = "foundationdb"))]
pub(crate) fn measure() {
    abide_tests::skip::skipped(
        "cluster",
        "this build has no FoundationDB store: tests/store/fdb bench has one",
    );
}

#[cfg(feature = "foundationdb")]
pub(crate) use real::measure;

#[cfg(feature = "foundationdb")]
mod real {
    use crate::figures::{at, heading, ms};
    use crate::store::{Busy, SECONDS, SESSIONS};
    use abide::store::foundationdb::FoundationDb;
    use abide::store::lease::LeaseState;
    use abide::store::space::{Identity, SpaceName};
    use abide::store::{Stamp, Store, Write};
    use abide_tests::skip::skipped;
    use std::path::{Path, PathBuf};
    use std::time::{Duration, Instant};

    /// A screen's block.
    const BLOCK_BYTES: usize = 2000;
    const COMMITS: usize = 500;
    const READS: usize = 500;
    /// Sessions in one commit: with more a commit is over its bound.
    const BATCH: usize = 50;
    const SPACES: [usize; 2] = [10, 200];

    pub(crate) fn measure() {
        let Some(file) = std::env::var_os("FDB_CLUSTER_FILE").map(PathBuf::from) else {
            return skipped("cluster", "FDB_CLUSTER_FILE names no cluster");
        };
        busy(&file);
        bare(&file);
        lists(&file);
        assert!(abide::store::foundationdb::stop(), "no store is open any more");
    }

    /// A store under keys of its own.
    struct Ground {
        file: PathBuf,
        prefix: String,
    }

    impl Ground {
        fn new(file: &Path, part: &str) -> Ground {
            Ground { file: file.to_owned(), prefix: format!("abide-bench/{}/{part}/", std::process::id()) }
        }

        fn open(&self, host: &str) -> FoundationDb {
            let who = Identity::new(SpaceName::of(host, "bench"), "abide-bench");
            FoundationDb::open_under(&self.file, self.prefix.as_bytes(), who).expect("the cluster")
        }

        /// Removes what was written, as a machine does that takes everything over.
        fn clear(&self) {
            let mut sweeper = self.open("sweeper");
            let epoch = sweeper.claim().expect("a claim").epoch;
            for info in sweeper.spaces().expect("a list").spaces {
                if info.name == *sweeper.own_space() {
                    continue;
                }
                if info.lease.state != LeaseState::Free {
                    let who = Identity::new(info.name.clone(), "abide-bench");
                    sweeper.seen_by(who).renew(info.lease.epoch, LeaseState::Free).expect("freed");
                }
                sweeper.take(epoch, &info.name, b"").expect("taken");
                sweeper.finish(&info.name, b"", &[]).expect("removed");
            }
        }
    }

    fn busy(file: &Path) {
        let detail =
            format!("{SESSIONS} sessions that print for {SECONDS} s, as fast as the cluster takes them");
        heading("commits of busy sessions into a cluster", &detail);
        println!(
            "{:14}{:>12}{:>14}{:>22}{:>12}{:>12}",
            "lines/s each", "commits/s", "stored kB/s", "bytes/session and s", "commit p50", "commit p99"
        );
        for lines_per_second in [1, 10, 100] {
            let ground = Ground::new(file, &format!("busy{lines_per_second}"));
            let mut busy = Busy::start(Box::new(ground.open("busy")));
            // The first round is larger than those that follow.
            busy.run(lines_per_second);
            (busy.logical_bytes, busy.commits) = (0, vec![]);
            busy.run(lines_per_second);
            let per_second = busy.logical_bytes as f64 / SECONDS as f64;
            println!(
                "{lines_per_second:<14}{:>12.1}{:>14.0}{:>22.0}{:>12}{:>12}",
                busy.commits.len() as f64 / SECONDS as f64,
                per_second / 1e3,
                per_second / SESSIONS as f64,
                ms(at(&mut busy.commits, 0.5)),
                ms(at(&mut busy.commits, 0.99)),
            );
            ground.clear();
        }
    }

    fn row(what: &str, times: &mut [Duration]) {
        let rate = times.len() as f64 / times.iter().sum::<Duration>().as_secs_f64();
        println!("{what:42}{rate:>10.0}/s{:>12}{:>12}", ms(at(times, 0.5)), ms(at(times, 0.99)));
    }

    fn timed(times: usize, mut act: impl FnMut(usize)) -> Vec<Duration> {
        let one = |n| {
            let began = Instant::now();
            act(n);
            began.elapsed()
        };
        (0..times).map(one).collect()
    }

    fn bare(file: &Path) {
        heading("a cluster's calls", "one after the other; p50 and p99");
        let ground = Ground::new(file, "bare");
        let mut store = ground.open("bare");
        let Stamp { epoch, mut seq } = store.claim().expect("a claim");
        let mut commit = |store: &mut FoundationDb, writes: &[Write]| {
            seq += 1;
            store.commit(Stamp { epoch, seq }, writes).expect("a commit");
        };
        let block = |session: usize, n: usize| {
            let key = [&[4][..], &(session as u32).to_be_bytes(), &[n as u8]].concat();
            (key, Some(vec![(n + session) as u8; BLOCK_BYTES]))
        };
        let mut times = timed(COMMITS, |n| commit(&mut store, &[block(n % BATCH, n / BATCH % 4)]));
        row("commit of 2 kB", &mut times);
        let mut times = timed(COMMITS / 10, |n| {
            let writes: Vec<_> = (0..BATCH).map(|session| block(session, n % 4)).collect();
            commit(&mut store, &writes);
        });
        row("commit of 2 kB for each of 50 sessions", &mut times);
        let mut times = timed(READS, |n| {
            let key = [&[4][..], &((n % BATCH) as u32).to_be_bytes()].concat();
            let report = store.scan(&key, &mut |_, _| {}).expect("a scan");
            assert_eq!(report.sound, 4);
        });
        row("recovery read of one session, 8 kB", &mut times);
        let mut times = timed(READS / 10, |_| _ = store.scan(&[4], &mut |_, _| {}).expect("a scan"));
        row("recovery read of 50 sessions, 400 kB", &mut times);
        ground.clear();
    }

    fn lists(file: &Path) {
        for count in SPACES {
            let ground = Ground::new(file, &format!("list{count}"));
            for n in 0..count {
                ground.open(&format!("n{n}")).claim().expect("a claim");
            }
            let looker = ground.open("n0");
            let mut times = timed(READS / 10, |_| {
                assert_eq!(looker.spaces().expect("a list").spaces.len(), count);
            });
            row(&format!("list of {count} machines"), &mut times);
            ground.clear();
        }
    }
}
