//! The client library's own thread, which a process can start once and not again, and what waits for it.
//!
//! It is started with the first store and stopped at the process's end ([`stop`]), when no store is left; with one
//! that is stuck in the library it is not stopped, and the process has to end without running what the library
//! would do at its end. No process is forked while it runs: programs are the keeper's children, and jobs are
//! started with `posix_spawn`.

use super::super::StoreFault;
use crate::os::sys::boot_network;
use foundationdb::Database;
use foundationdb::api::{FdbApiBuilder, NetworkAutoStop};
use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

enum Network {
    NotStarted,
    /// Dropping the first stops it.
    Runs {
        _thread: NetworkAutoStop,
        open: Vec<Weak<Database>>,
    },
    /// It could not be started, or it is over.
    Over(String),
}

static NETWORK: Mutex<Network> = Mutex::new(Network::NotStarted);

/// A handle on the cluster that a file names.
pub(super) fn database(cluster_file: &Path) -> Result<Arc<Database>, StoreFault> {
    let path = cluster_file.to_str().ok_or_else(|| StoreFault::Io("its path is no UTF-8".into()))?;
    // The library waits for a cluster file that is wrong as for a cluster that is down; so it is looked at first.
    let text =
        std::fs::read_to_string(cluster_file).map_err(|e| StoreFault::Io(format!("cluster file: {e}")))?;
    if !names_a_cluster(&text) {
        let why = "this is no cluster file: it has one line, DESCRIPTION:ID@HOST:PORT,…";
        return Err(StoreFault::Io(why.into()));
    }
    let mut network = NETWORK.lock().unwrap_or_else(PoisonError::into_inner);
    if matches!(*network, Network::NotStarted) {
        *network = match FdbApiBuilder::default().build().and_then(boot_network) {
            Ok(running) => Network::Runs { _thread: running, open: Vec::new() },
            Err(error) => Network::Over(format!("FoundationDB's client library does not start: {error}")),
        };
    }
    match &mut *network {
        Network::Runs { open, .. } => {
            let fault = |error| StoreFault::Io(format!("FoundationDB: {error}"));
            let database = Arc::new(Database::from_path(path).map_err(fault)?);
            open.retain(|database| database.strong_count() > 0);
            open.push(Arc::downgrade(&database));
            Ok(database)
        }
        Network::Over(why) => Err(StoreFault::Io(why.clone())),
        Network::NotStarted => Err(StoreFault::Io("FoundationDB's client library was not started".into())),
    }
}

/// Whether a cluster file's text is one: comments, and a line `DESCRIPTION:ID@HOST:PORT[,…]`.
fn names_a_cluster(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (Some(line), None) = (lines.next(), lines.next()) else { return false };
    line.split_once('@').is_some_and(|(name, hosts)| {
        name.split_once(':').is_some_and(|(description, id)| !description.is_empty() && !id.is_empty())
            && hosts.split(',').all(|host| host.contains(':'))
    })
}

/// Stops the library's thread, for the end of the process; false when a store is still open, whose thread may be
/// within the library: then the process must end at once, without cleaning up.
#[must_use]
pub fn stop() -> bool {
    let mut network = NETWORK.lock().unwrap_or_else(PoisonError::into_inner);
    if let Network::Runs { open, .. } = &*network
        && open.iter().any(|database| database.strong_count() > 0)
    {
        return false;
    }
    // What runs stops when it is dropped.
    *network = Network::Over("the process is about to end".into());
    true
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for the library. Every transaction has its time, so that this ends.
pub(super) fn wait<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        thread::park();
    }
}

#[cfg(test)]
mod tests {
    use super::names_a_cluster;

    #[test]
    fn cluster_files() {
        assert!(names_a_cluster("d:i@127.0.0.1:4500"));
        assert!(names_a_cluster("# written by fdbserver\nd:i@10.0.0.1:4500:tls,h:4500\n"));
        for wrong in ["", "\n", "x", "d@h:1", "d:i@", "d:i@h", ":@h:1", "a:b@h:1\na:b@h:2", "\0\u{ff}"] {
            assert!(!names_a_cluster(wrong), "{wrong:?}");
        }
    }
}
