//! Where a server's files are, as data; and folders in the wrong hands.

use abide::places::{Places, SOCKET_PATH_BYTES_MAX, escaped};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

fn resolve(environment: &str, path: Option<&str>, name: Option<&str>) -> Result<Places, String> {
    let variables = |wanted: &str| {
        environment
            .split_whitespace()
            .filter_map(|pair| pair.split_once('='))
            .find(|(k, _)| *k == wanted)
            .map(|(_, v)| OsString::from(v))
    };
    Places::resolve(&variables, 1000, Path::new("/home/u"), path.map(Path::new), name.map(OsStr::new))
}

#[test]
fn sockets_as_data() {
    for (environment, path, name, expected) in [
        ("", None, None, "/tmp/abide-1000/abide/default"),
        ("", None, Some("work"), "/tmp/abide-1000/abide/work"),
        ("XDG_RUNTIME_DIR=/run/user/1000", None, None, "/run/user/1000/abide/default"),
        ("XDG_RUNTIME_DIR=", None, None, "/tmp/abide-1000/abide/default"),
        ("XDG_RUNTIME_DIR=/run/u ABIDE_TMPDIR=/t", None, Some("w"), "/t/abide/w"),
        ("ABIDE_TMPDIR=/t", Some("/x/y"), None, "/x/y"),
        ("ABIDE_TMPDIR=/t", Some("/x/y"), Some("w"), "/x/y"),
        ("ABIDE=/s/in,12,0", None, None, "/s/in"),
        ("ABIDE=/s/in,12,0", None, Some("w"), "/tmp/abide-1000/abide/w"),
        ("ABIDE=odd", None, None, "/tmp/abide-1000/abide/default"),
    ] {
        let places = resolve(environment, path, name).expect("places");
        assert_eq!(places.socket, Path::new(expected), "for {environment} {path:?} {name:?}");
    }
}

#[test]
fn names_that_are_no_file_names_are_refused() {
    for name in ["", ".", "..", "a/b", "/"] {
        let fault = resolve("", None, Some(name)).expect_err(name);
        assert!(fault.contains("must be a plain file name"), "{fault}");
    }
    let long = format!("/{}", "x".repeat(SOCKET_PATH_BYTES_MAX));
    let fault = resolve("", Some(&long), None).expect_err("too long");
    assert!(fault.contains("at most 107"), "{fault}");
    assert!(resolve("", Some(&long[..SOCKET_PATH_BYTES_MAX]), None).is_ok());
}

#[test]
fn state_is_per_user_and_never_shared_by_two_sockets() {
    let places = resolve("XDG_RUNTIME_DIR=/run/u", None, None).expect("places");
    assert_eq!(places.store(), Path::new("/home/u/.local/state/abide/default.redb"));
    assert_eq!(places.log("server"), Path::new("/home/u/.local/state/abide/default.server.log"));
    assert_eq!(
        places.config,
        ["/etc/abide.conf", "/home/u/.abide.conf", "/home/u/.config/abide/abide.conf"].map(Path::new)
    );
    let other =
        resolve("XDG_RUNTIME_DIR=/run/u XDG_STATE_HOME=/s ABIDE_TMPDIR=/t", None, None).expect("places");
    assert_eq!(other.state, Path::new("/s/abide"));
    assert!(other.name.starts_with("default-") && other.name.len() == "default-".len() + 8, "{}", other.name);
    // The usual socket by its path is the usual server.
    let same = resolve("XDG_RUNTIME_DIR=/run/u", Some("/run/u/abide/default"), None).expect("places");
    assert_eq!(same.store(), places.store());
}

#[test]
fn folders_in_the_wrong_hands() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let uid = rustix::process::getuid().as_raw();
    let prepared = |base: &Path, uid: u32| {
        let environment = format!("ABIDE_TMPDIR={}", base.display());
        resolve(&environment, None, None).expect("places").prepare_runtime(uid)
    };

    // Missing: made, for us alone.
    let made = root.join("made");
    std::fs::create_dir(&made).expect("a folder");
    prepared(&made, uid).expect("made");
    let mode = std::fs::metadata(made.join("abide")).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    prepared(&made, uid).expect("made twice");

    // Belongs to another user.
    let fault = prepared(&made, uid + 1).expect_err("not ours");
    assert!(fault.contains("belongs to user"), "{fault}");

    // Open to others.
    std::fs::set_permissions(made.join("abide"), PermissionsExt::from_mode(0o750)).expect("chmod");
    let fault = prepared(&made, uid).expect_err("open");
    assert!(fault.contains("mode 750") && fault.contains("chmod 700"), "{fault}");

    // A symbolic link, even to a good folder.
    let good = root.join("good");
    std::fs::create_dir(&good).expect("a folder");
    std::fs::set_permissions(&good, PermissionsExt::from_mode(0o700)).expect("chmod");
    let linked = root.join("linked");
    std::fs::create_dir(&linked).expect("a folder");
    symlink(&good, linked.join("abide")).expect("a link");
    let fault = prepared(&linked, uid).expect_err("a link");
    assert!(fault.contains("symbolic link"), "{fault}");

    // A file.
    let file = root.join("file");
    std::fs::create_dir(&file).expect("a folder");
    std::fs::write(file.join("abide"), "").expect("a file");
    let fault = prepared(&file, uid).expect_err("a file");
    assert!(fault.contains("is no folder"), "{fault}");

    // Nowhere to make it.
    let fault = prepared(&root.join("none"), uid).expect_err("no parent");
    assert!(fault.contains("can't be made"), "{fault}");
}

#[test]
fn shown_paths_have_no_control_characters() {
    assert_eq!(escaped(OsStr::from_bytes(b"/a\x1b[31m\xff\xc3\xa9")), "/a\\u{1b}[31m\\xffé");
}
