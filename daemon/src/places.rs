//! Where things are: socket, state, log and configuration files of one server; and folders that are
//! ours alone.
//!
//! The environment comes in as an argument, so that every rule here is tested without touching it.

use std::ffi::{OsStr, OsString};
use std::fs::DirBuilder;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Looks up an environment variable; one that is set but empty counts as not set.
pub type Variables<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The longest path that fits a Unix socket's address (`sun_path` less its NUL).
pub const SOCKET_PATH_BYTES_MAX: usize = 107;

/// The paths of one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The server's socket.
    pub socket: PathBuf,
    /// Its file name, told apart from a socket of that name in another folder: files of the state folder
    /// begin with it.
    pub name: String,
    /// Folder of the store and the logs.
    pub state: PathBuf,
    /// Configuration files that are read where they exist, in this order.
    pub config: Vec<PathBuf>,
    /// The folders that have to be ours alone before the socket is opened, outermost first; none where the
    /// person named the path.
    guarded: Vec<PathBuf>,
}

impl Places {
    /// Works out the paths: from `-S`, else from `-L`, else from `ABIDE` (inside a pane), else the default.
    ///
    /// # Errors
    /// When the name or the path can't be that of a socket.
    pub fn resolve(
        variables: Variables<'_>,
        uid: u32,
        home: &Path,
        socket_path: Option<&Path>,
        socket_name: Option<&OsStr>,
    ) -> Result<Places, String> {
        let variable = |name: &str| variables(name).filter(|v| !v.is_empty());
        let fallback = PathBuf::from(format!("/tmp/abide-{uid}"));
        let usual = variable("XDG_RUNTIME_DIR").map_or_else(|| fallback.clone(), PathBuf::from);
        let runtime = variable("ABIDE_TMPDIR").map_or_else(|| usual.clone(), PathBuf::from);
        let inherited = variable("ABIDE").map(|v| {
            let path = v.as_bytes().split(|&b| b == b',').next().unwrap_or_default();
            PathBuf::from(OsStr::from_bytes(path))
        });

        let mut guarded = Vec::new();
        let socket = match (socket_path, socket_name, inherited) {
            (Some(path), _, _) => path.to_path_buf(),
            (None, None, Some(path)) if path.is_absolute() => path,
            (None, name, _) => {
                let name = name.unwrap_or(OsStr::new("default"));
                if name.is_empty() || name.as_bytes().contains(&b'/') || name == "." || name == ".." {
                    return Err(format!("socket name `{}`: must be a plain file name", escaped(name)));
                }
                if runtime == fallback {
                    guarded.push(fallback);
                }
                let folder = runtime.join("abide");
                guarded.push(folder.clone());
                folder.join(name)
            }
        };
        let socket = std::path::absolute(&socket)
            .map_err(|e| format!("socket path `{}`: {e}", escaped(socket.as_os_str())))?;
        let bytes = socket.as_os_str().len();
        if bytes > SOCKET_PATH_BYTES_MAX {
            return Err(format!(
                "socket path `{}`: {bytes} bytes, a socket's path has at most {SOCKET_PATH_BYTES_MAX}: choose a shorter one with -S",
                escaped(socket.as_os_str())
            ));
        }
        let file = socket.file_name().map(|n| n.to_string_lossy().into_owned());
        let Some(file) = file else {
            return Err(format!("socket path `{}`: names no file", escaped(socket.as_os_str())));
        };

        // Two sockets of one name in two folders must not share a store.
        let folder = socket.parent().unwrap_or(Path::new("/"));
        let name = if folder == usual.join("abide") {
            file
        } else {
            format!("{file}-{:08x}", crc32c::crc32c(folder.as_os_str().as_bytes()))
        };
        let state = variable("XDG_STATE_HOME")
            .map(PathBuf::from)
            .filter(|p| p.is_absolute())
            .unwrap_or_else(|| home.join(".local/state"))
            .join("abide");
        let settings = variable("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .filter(|p| p.is_absolute())
            .unwrap_or_else(|| home.join(".config"));
        let config = vec![
            PathBuf::from("/etc/abide.conf"),
            home.join(".abide.conf"),
            settings.join("abide/abide.conf"),
        ];
        Ok(Places { socket, name, state, config, guarded })
    }

    /// Creates the socket's folders where they are missing and checks that they are ours alone.
    ///
    /// # Errors
    /// A sentence: which folder, what is wrong with it, what to do.
    pub fn prepare_runtime(&self, uid: u32) -> Result<(), String> {
        self.guarded.iter().try_for_each(|folder| own_folder(folder, uid))
    }

    /// Checks the folders without creating any: what a client does before it believes a socket.
    ///
    /// # Errors
    /// As [`Places::prepare_runtime`]; a folder that is not there is no error.
    pub fn check_runtime(&self, uid: u32) -> Result<(), String> {
        self.guarded.iter().filter(|f| f.symlink_metadata().is_ok()).try_for_each(|f| check_folder(f, uid))
    }

    /// Creates the state folder where it is missing and checks that it is ours alone.
    ///
    /// # Errors
    /// As [`Places::prepare_runtime`].
    pub fn prepare_state(&self, uid: u32) -> Result<(), String> {
        if let Some(parent) = self.state.parent() {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(parent)
                .map_err(|e| format!("folder `{}`: can't be made: {e}", escaped(parent.as_os_str())))?;
        }
        own_folder(&self.state, uid)
    }

    /// The store's file.
    #[must_use]
    pub fn store(&self) -> PathBuf {
        self.state.join(format!("{}.redb", self.name))
    }

    /// Where a replay after a crash is noted.
    #[must_use]
    pub fn replay_note(&self) -> PathBuf {
        self.state.join(format!("{}.replay", self.name))
    }

    /// The log of one kind of process, `server` or `keeper`.
    #[must_use]
    pub fn log(&self, kind: &str) -> PathBuf {
        self.state.join(format!("{}.{kind}.log", self.name))
    }
}

/// Makes a folder for its owner only, or accepts one that is so already.
fn own_folder(folder: &Path, uid: u32) -> Result<(), String> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(e) if e.kind() != ErrorKind::AlreadyExists => {
            Err(format!("folder `{}`: can't be made: {e}", escaped(folder.as_os_str())))
        }
        _ => check_folder(folder, uid),
    }
}

/// A folder in which others could put or swap a socket is refused.
fn check_folder(folder: &Path, uid: u32) -> Result<(), String> {
    let shown = escaped(folder.as_os_str());
    let facts = folder.symlink_metadata().map_err(|e| format!("folder `{shown}`: {e}"))?;
    if facts.is_symlink() {
        return Err(format!("folder `{shown}`: is a symbolic link, must be a folder: remove it"));
    }
    if !facts.is_dir() {
        return Err(format!("folder `{shown}`: is no folder: remove it"));
    }
    if facts.uid() != uid {
        return Err(format!(
            "folder `{shown}`: belongs to user {}, must belong to user {uid}: choose another place with -S or ABIDE_TMPDIR",
            facts.uid()
        ));
    }
    let mode = facts.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(format!(
            "folder `{shown}`: others may enter (mode {mode:03o}), must be 700: chmod 700 it"
        ));
    }
    Ok(())
}

/// A path for people: control characters and bytes that are no UTF-8 are escaped.
#[must_use]
pub fn escaped(text: &OsStr) -> String {
    let mut shown = String::new();
    for part in text.as_bytes().utf8_chunks() {
        for c in part.valid().chars() {
            if c.is_control() { shown.extend(c.escape_default()) } else { shown.push(c) }
        }
        for byte in part.invalid() {
            shown.push_str(&format!("\\x{byte:02x}"));
        }
    }
    shown
}
