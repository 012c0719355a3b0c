//! Where a store is: what the option `store` says, and how it is opened.

use super::space::Identity;
use super::{Store, StoreFault};
use std::fmt;
use std::path::{Path, PathBuf};

/// Where a store is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// One redb file.
    File(PathBuf),
    /// The FoundationDB cluster that a cluster file names.
    Cluster(PathBuf),
}

impl Place {
    /// What `file:PATH` or `fdb:CLUSTER_FILE` names; nothing: the default file.
    ///
    /// # Errors
    /// A sentence.
    pub fn parse(text: &str, default: &Path) -> Result<Place, String> {
        let absolute = |path: &str| {
            let path = Path::new(path);
            if path.is_absolute() {
                Ok(path.to_owned())
            } else {
                Err(format!("store `{}`: the path must be absolute", text.escape_debug()))
            }
        };
        if text.is_empty() {
            return Ok(Place::File(default.to_owned()));
        }
        match text.split_once(':') {
            Some(("file", path)) => absolute(path).map(Place::File),
            Some(("fdb", path)) => absolute(path).map(Place::Cluster),
            _ => Err(format!("store `{}`: must be file:PATH or fdb:CLUSTER_FILE", text.escape_debug())),
        }
    }

    /// Whether it is a file, which is moved aside when it holds what we can't use.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Place::File(path) => Some(path),
            Place::Cluster(_) => None,
        }
    }

    /// Opens a cluster; a file has ways of its own.
    ///
    /// # Errors
    /// As the store's own `open`; in a build without it a sentence that says which package has it.
    pub(crate) fn open(&self, who: &Identity) -> Result<Box<dyn Store>, StoreFault> {
        match self {
            Place::File(path) => {
                Ok(Box::new(super::embedded::Embedded::open(path)?.named(who.space.clone())))
            }
            Place::Cluster(path) => cluster(path, who),
        }
    }
}

#[cfg(feature = "foundationdb")]
fn cluster(path: &Path, who: &Identity) -> Result<Box<dyn Store>, StoreFault> {
    Ok(Box::new(super::foundationdb::FoundationDb::open(path, who.clone())?))
}

#[cfg(not(feature = "foundationdb"))]
fn cluster(_: &Path, _: &Identity) -> Result<Box<dyn Store>, StoreFault> {
    Err(StoreFault::Io("this abide can't use FoundationDB: install the package abide-foundationdb".into()))
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File(path) => write!(f, "{}", path.display()),
            Place::Cluster(path) => write!(f, "fdb:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let default = Path::new("/s/default.redb");
        assert_eq!(Place::parse("", default), Ok(Place::File(default.into())));
        assert_eq!(Place::parse("file:/x/y", default), Ok(Place::File("/x/y".into())));
        assert_eq!(
            Place::parse("fdb:/etc/fdb.cluster", default),
            Ok(Place::Cluster("/etc/fdb.cluster".into()))
        );
        for wrong in ["x", "file:", "file:y", "fdb:./c", "ftp:/x", "/x", ":/x", "fdb:\x1b[m"] {
            let fault = Place::parse(wrong, default).expect_err(wrong);
            assert!(!fault.contains('\x1b') && fault.starts_with("store `"), "{fault}");
        }
    }
}
