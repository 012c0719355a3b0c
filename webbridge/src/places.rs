//! Where things lie: the daemon's socket, the control socket, the log and the file of sessions.

use std::env;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

/// Which daemon: `-S path`, or `-L name`, or what the environment says, or the name `default`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Socket {
    /// `-L`
    pub name: Option<String>,
    /// `-S` or `--socket`
    pub path: Option<PathBuf>,
}

impl Socket {
    /// The path of the daemon's socket. `abide web` has worked it out already and says so by `$ABIDE_SOCKET`;
    /// inside a pane, `$ABIDE` names its own daemon, as `$TMUX` does for tmux.
    #[must_use]
    pub fn locate(&self) -> PathBuf {
        if let Some(path) = &self.path {
            return path.clone();
        }
        if let Some(name) = &self.name {
            return runtime_folder().join(name);
        }
        if let Some(path) = absolute("ABIDE_SOCKET") {
            return path;
        }
        let pane = env::var("ABIDE").ok().and_then(|v| v.split(',').next().map(PathBuf::from));
        match pane {
            Some(path) if path.is_absolute() => path,
            _ => runtime_folder().join("default"),
        }
    }
}

/// `$ABIDE_TMPDIR`, else `$XDG_RUNTIME_DIR`, else `/tmp/abide-UID`; in it, `abide`.
#[must_use]
pub fn runtime_folder() -> PathBuf {
    let base = absolute("ABIDE_TMPDIR").or_else(|| absolute("XDG_RUNTIME_DIR"));
    let uid = rustix::process::getuid().as_raw();
    base.unwrap_or_else(|| PathBuf::from(format!("/tmp/abide-{uid}"))).join("abide")
}

/// `$XDG_STATE_HOME` or `~/.local/state`; in it, `abide`.
///
/// # Errors
/// When there is no home folder either.
pub fn state_folder() -> io::Result<PathBuf> {
    let home = || absolute("HOME").map(|home| home.join(".local/state"));
    match absolute("XDG_STATE_HOME").or_else(home) {
        Some(base) => Ok(base.join("abide")),
        None => {
            Err(io::Error::other("neither $XDG_STATE_HOME nor $HOME says where to keep the log: set one"))
        }
    }
}

fn absolute(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute())
}

/// Makes the runtime folder, or checks that it is ours alone. In `/tmp` the folder around it has to be, too:
/// whoever owns that could put another in its place.
///
/// # Errors
/// As [`make_private`].
pub fn make_runtime_folder() -> io::Result<PathBuf> {
    let folder = runtime_folder();
    match folder.parent() {
        Some(parent) if parent.starts_with("/tmp") && parent != Path::new("/tmp") => make_private(parent)?,
        _ => {}
    }
    make_private(&folder)?;
    Ok(folder)
}

/// Makes a folder that is ours alone, with its parents, or checks that it is.
///
/// # Errors
/// When it can't be made, is a link, belongs to somebody else, or lets others in.
pub fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let found = fs::symlink_metadata(folder)?;
    if !found.is_dir() {
        return Err(io::Error::other(format!("{} is not a folder: remove it", folder.display())));
    }
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::other(format!("{} belongs to another user", folder.display())));
    }
    if found.mode() & 0o077 != 0 {
        let fix = format!("{0} lets other users in: chmod 700 {0}", folder.display());
        return Err(io::Error::other(fix));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn private_or_refused() {
        let folder = tempfile::tempdir().expect("folder");
        let ours = folder.path().join("a/b");
        assert!(make_private(&ours).is_ok());
        assert!(make_private(&ours).is_ok(), "again");
        fs::set_permissions(&ours, fs::Permissions::from_mode(0o755)).expect("chmod");
        assert!(make_private(&ours).is_err(), "open to others");
        let link = folder.path().join("link");
        symlink(folder.path().join("a"), &link).expect("link");
        assert!(make_private(&link).is_err(), "a link");
    }

    #[test]
    fn socket_by_path_or_name() {
        let by = |name: Option<&str>, path: Option<&str>| {
            Socket { name: name.map(Into::into), path: path.map(Into::into) }.locate()
        };
        assert_eq!(by(Some("n"), Some("/p")), Path::new("/p"));
        assert!(by(Some("work"), None).ends_with("abide/work"));
    }
}
