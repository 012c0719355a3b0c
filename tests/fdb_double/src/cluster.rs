//! The cluster: keys and their versions, one file beside the cluster file, read by every process that has it open.
//!
//! The file is a log of commits. Whoever asks for a version or commits takes the file's lock, reads what others have
//! added, and adds its own. That is a serializable database: a commit whose reads were written since is refused.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A change of one key or of a range of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// A key has another value.
    Set(Vec<u8>, Vec<u8>),
    /// Keys from the first to before the second are gone.
    Clear(Vec<u8>, Vec<u8>),
    /// A number, little-endian, is added to a key's value.
    Add(Vec<u8>, Vec<u8>),
}

/// Keys from the first to before the second.
pub(crate) type Range = (Vec<u8>, Vec<u8>);

/// A key and its value.
pub(crate) type Record = (Vec<u8>, Vec<u8>);

/// A commit's version and what it wrote to a key; nothing: it removed it.
type Written = (i64, Option<Vec<u8>>);

/// What one process knows of the cluster.
pub(crate) struct Cluster {
    path: PathBuf,
    file: File,
    read: u64,
    /// The version of the last commit that was read; the first is 1.
    version: i64,
    /// Each key's values, by the version of the commit that wrote them.
    keys: BTreeMap<Vec<u8>, Vec<Written>>,
}

impl Cluster {
    pub(crate) fn open(cluster_file: &Path) -> std::io::Result<Cluster> {
        let path = beside(cluster_file, "data");
        let file = OpenOptions::new().read(true).append(true).create(true).open(&path)?;
        Ok(Cluster { path, file, read: 0, version: 0, keys: BTreeMap::new() })
    }

    /// Runs something while nobody else reads or writes the file, with all of it read.
    fn alone<T>(&mut self, work: impl FnOnce(&mut Cluster) -> T) -> T {
        rustix::fs::flock(&self.file, rustix::fs::FlockOperation::LockExclusive).expect("lock the data");
        self.catch_up();
        let result = work(self);
        rustix::fs::flock(&self.file, rustix::fs::FlockOperation::Unlock).expect("unlock the data");
        result
    }

    fn catch_up(&mut self) {
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(self.read)).expect("seek");
        self.file.read_to_end(&mut bytes).expect("read the data");
        let mut rest = &bytes[..];
        while let Some((length, after)) = rest.split_at_checked(8) {
            let length = u64::from_le_bytes(length.try_into().expect("8 bytes"));
            // Cut off where a process was killed while it wrote: that commit never was.
            let Some((body, next)) = after.split_at_checked(length as usize) else { break };
            self.apply(body);
            self.read += 8 + length;
            rest = next;
        }
        if !rest.is_empty() {
            OpenOptions::new()
                .write(true)
                .open(&self.path)
                .and_then(|f| f.set_len(self.read))
                .expect("cut off");
        }
    }

    fn apply(&mut self, mut body: &[u8]) {
        self.version += 1;
        let mut take = || {
            let (length, rest) = body.split_at(4);
            let (bytes, rest) =
                rest.split_at(u32::from_le_bytes(length.try_into().expect("4 bytes")) as usize);
            body = rest;
            bytes.to_vec()
        };
        loop {
            let kind = take();
            let change = match &kind[..] {
                b"s" => Change::Set(take(), take()),
                b"c" => Change::Clear(take(), take()),
                b"a" => Change::Add(take(), take()),
                _ => break,
            };
            let version = self.version;
            match change {
                Change::Set(key, value) => self.keys.entry(key).or_default().push((version, Some(value))),
                Change::Add(key, by) => {
                    let mut sum = self.get(&key, version).unwrap_or_default();
                    sum.resize(by.len(), 0);
                    let mut carry = 0;
                    for (byte, by) in sum.iter_mut().zip(&by) {
                        carry += u32::from(*byte) + u32::from(*by);
                        *byte = carry as u8;
                        carry >>= 8;
                    }
                    self.keys.entry(key).or_default().push((version, Some(sum)));
                }
                Change::Clear(begin, end) if begin < end => {
                    for (_, values) in self.keys.range_mut(begin..end) {
                        values.push((version, None));
                    }
                }
                Change::Clear(..) => {}
            }
        }
    }

    /// The newest version.
    pub(crate) fn newest(&mut self) -> i64 {
        self.alone(|cluster| cluster.version)
    }

    /// A key's value at a version.
    pub(crate) fn get(&self, key: &[u8], at: i64) -> Option<Vec<u8>> {
        let values = self.keys.get(key)?;
        values.iter().rev().find(|(version, _)| *version <= at)?.1.clone()
    }

    /// Keys and values of a range at a version, in order.
    pub(crate) fn range(&self, (begin, end): &Range, at: i64) -> Vec<Record> {
        if begin >= end {
            return Vec::new();
        }
        let keys = self.keys.range(begin.clone()..end.clone());
        keys.filter_map(|(key, _)| Some((key.clone(), self.get(key, at)?))).collect()
    }

    /// Commits, unless something in `read` was written after `at`; gives the commit's version.
    pub(crate) fn commit(&mut self, at: i64, read: &[Range], changes: &[Change]) -> Option<i64> {
        self.alone(|cluster| {
            let written_since = |(begin, end): &Range| {
                begin < end
                    && cluster
                        .keys
                        .range(begin.clone()..end.clone())
                        .any(|(_, values)| values.last().is_some_and(|(version, _)| *version > at))
            };
            if read.iter().any(written_since) {
                return None;
            }
            let mut body = Vec::new();
            let mut put = |bytes: &[u8]| {
                body.extend(u32::try_from(bytes.len()).expect("bounded").to_le_bytes());
                body.extend_from_slice(bytes);
            };
            for change in changes {
                let (kind, first, second) = match change {
                    Change::Set(key, value) => (b"s", key, value),
                    Change::Clear(begin, end) => (b"c", begin, end),
                    Change::Add(key, by) => (b"a", key, by),
                };
                [&kind[..], first, second].into_iter().for_each(&mut put);
            }
            put(b"");
            let entry = [&(body.len() as u64).to_le_bytes()[..], &body].concat();
            cluster.file.write_all(&entry).expect("write the data");
            cluster.apply(&body);
            cluster.read += entry.len() as u64;
            Some(cluster.version)
        })
    }
}

/// The file of that name beside the cluster file.
pub(crate) fn beside(cluster_file: &Path, what: &str) -> PathBuf {
    let mut path = cluster_file.as_os_str().to_owned();
    path.push(format!(".{what}"));
    path.into()
}
