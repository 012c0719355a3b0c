//! The server's socket: in a folder of ours alone, one server per path.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

/// Why a server's socket could not be opened.
#[derive(Debug)]
pub enum ListenFault {
    /// Another server has it.
    Taken,
    /// One sentence.
    Other(String),
}

/// A socket that is listened on; nobody else can while this lives.
#[derive(Debug)]
pub struct Listening {
    /// For the daemon to accept from; never waits.
    pub listener: UnixListener,
    path: PathBuf,
    /// Device and inode of the socket, so that at the end only our own file is removed.
    identity: Option<(u64, u64)>,
    lock: File,
}

/// Makes a folder for its owner only, or accepts one that is so already.
///
/// # Errors
/// A sentence when it is a link, no folder, another user's, or open to others.
pub fn own_folder(folder: &Path) -> Result<(), String> {
    let say = |what: String| format!("folder {}: {what}", folder.display());
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(e) if e.kind() != ErrorKind::AlreadyExists => return Err(say(format!("can't be made: {e}"))),
        _ => {}
    }
    let facts = folder.symlink_metadata().map_err(|e| say(e.to_string()))?;
    let uid = rustix::process::geteuid().as_raw();
    if facts.is_symlink() || !facts.is_dir() {
        return Err(say("is no folder: remove it or choose another socket".to_owned()));
    }
    if facts.uid() != uid {
        return Err(say(format!("belongs to user {}, must belong to user {uid}", facts.uid())));
    }
    if facts.mode() & 0o077 != 0 {
        return Err(say(format!("others may enter (mode {:03o}), must be 700", facts.mode() & 0o777)));
    }
    Ok(())
}

/// Opens the socket at a path: takes the lock beside it (`PATH.lock`), removes what a server before left,
/// binds and listens. The socket is its owner's alone (mode 0600).
///
/// # Errors
/// `Taken` when another process has the lock; else a sentence.
pub fn listen(path: &Path) -> Result<Listening, ListenFault> {
    let say = |what: String| ListenFault::Other(format!("socket {}: {what}", path.display()));
    let mut lock_path = path.as_os_str().to_owned();
    lock_path.push(".lock");
    let nofollow = nix::libc::O_NOFOLLOW | nix::libc::O_CLOEXEC;
    let lock = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(nofollow)
        .open(&lock_path)
        .map_err(|e| say(format!("its lock can't be opened: {e}")))?;
    match rustix::fs::flock(&lock, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK) => return Err(ListenFault::Taken),
        Err(e) => return Err(say(format!("can't be locked: {e}"))),
    }
    match path.symlink_metadata() {
        Ok(facts) if facts.file_type().is_socket() => {
            std::fs::remove_file(path).map_err(|e| say(format!("the old one can't be removed: {e}")))?;
        }
        Ok(_) => return Err(say("something else has that name: remove it".to_owned())),
        Err(e) if e.kind() == ErrorKind::NotFound => {}
        Err(e) => return Err(say(e.to_string())),
    }
    let listener = bind(path).map_err(|e| say(format!("can't be made: {e}")))?;
    let identity = path.symlink_metadata().ok().map(|facts| (facts.dev(), facts.ino()));
    Ok(Listening { listener, path: path.to_owned(), identity, lock })
}

fn bind(path: &Path) -> io::Result<UnixListener> {
    // The mask, not a chmod after it: there is no moment at which others could connect.
    let before = rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o177));
    let listener = UnixListener::bind(path);
    rustix::process::umask(before);
    let listener = listener?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

impl Listening {
    /// A socket that another process of this server listened on before.
    #[must_use]
    pub fn taken_over(
        listener: OwnedFd,
        lock: OwnedFd,
        path: PathBuf,
        identity: Option<(u64, u64)>,
    ) -> Listening {
        Listening { listener: listener.into(), path, identity, lock: lock.into() }
    }

    /// The socket and its lock, for another process of this server.
    #[must_use]
    pub fn into_parts(self) -> (OwnedFd, OwnedFd) {
        (self.listener.into(), self.lock.into())
    }

    /// The lock beside the socket: held as long as any process has this descriptor.
    #[must_use]
    pub fn lock(&self) -> BorrowedFd<'_> {
        self.lock.as_fd()
    }

    /// Device and inode of the socket's file.
    #[must_use]
    pub fn identity(&self) -> Option<(u64, u64)> {
        self.identity
    }

    /// Removes the socket's file, if it is still ours.
    pub fn remove(&self) {
        let now = self.path.symlink_metadata().ok().map(|facts| (facts.dev(), facts.ino()));
        if now.is_some() && now == self.identity {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
