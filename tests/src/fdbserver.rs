//! A FoundationDB cluster of one process, on loopback, in a folder of its own: for tests that kill it.

use crate::skip::skipped;
use crate::wait::wait_for;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server that is new makes its files and elects itself.
const UP: Duration = Duration::from_secs(120);

/// A cluster; it ends when it is dropped.
pub struct ClusterOfOne {
    folder: tempfile::TempDir,
    port: u16,
    server: PathBuf,
    cli: PathBuf,
    process: Child,
}

impl ClusterOfOne {
    /// Starts one, or says that the test can't run here. `FDB_CLUSTER_FILE` says that the client library is a real one
    /// (`tests/store/fdb`); `fdbserver` and `fdbcli` must be in the path.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(test: &str) -> Option<ClusterOfOne> {
        if std::env::var_os("FDB_CLUSTER_FILE").is_none() {
            skipped(test, "it needs a real cluster, and FDB_CLUSTER_FILE names none");
            return None;
        }
        let (Some(server), Some(cli)) = (in_path("fdbserver"), in_path("fdbcli")) else {
            skipped(test, "it starts a cluster of its own, and fdbserver and fdbcli are not in the path");
            return None;
        };
        let folder = tempfile::Builder::new().prefix("abide-fdb").tempdir().expect("a folder");
        // Free now, and nobody else's within the moment until the server has it.
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port();
        std::fs::write(folder.path().join("fdb.cluster"), format!("abide:test@127.0.0.1:{port}\n"))
            .expect("write the cluster file");
        std::fs::create_dir(folder.path().join("log")).expect("a folder");
        let process = spawn(&server, folder.path(), port);
        let cluster = ClusterOfOne { folder, port, server, cli, process };
        wait_for("the new cluster", UP, || {
            let said = cluster.cli("configure new single ssd");
            (said.contains("Database created") || said.contains("already exists")).then_some(())
        });
        Some(cluster)
    }

    /// Its cluster file.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("fdb.cluster")
    }

    /// kill -9.
    ///
    /// # Panics
    /// When it can't be killed.
    pub fn kill(&mut self) {
        self.process.kill().expect("kill the server");
        self.process.wait().expect("wait for its end");
    }

    /// Starts it again, with what it has on disk.
    pub fn start_again(&mut self) {
        self.process = spawn(&self.server, self.folder.path(), self.port);
    }

    fn cli(&self, words: &str) -> String {
        let output = Command::new(&self.cli)
            .arg("-C")
            .arg(self.file())
            .args(["--timeout", "20", "--exec", words])
            .stdin(Stdio::null())
            .output()
            .expect("run fdbcli");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for ClusterOfOne {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn spawn(server: &Path, folder: &Path, port: u16) -> Child {
    let address = format!("127.0.0.1:{port}");
    Command::new(server)
        .args(["--public-address", &address, "--listen-address", &address])
        .arg("--cluster-file")
        .arg(folder.join("fdb.cluster"))
        .arg("--datadir")
        .arg(folder.join("data"))
        .arg("--logdir")
        .arg(folder.join("log"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("start fdbserver")
}

fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
