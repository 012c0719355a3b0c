//! Reading a configuration file.

use crate::places::escaped;
use std::fs::OpenOptions;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Reads a whole file.
///
/// # Errors
/// `PATH: what`, as tmux prints it: not there, no permission, a folder, longer than the bound.
pub fn read(path: &Path, bytes_max: usize) -> Result<Vec<u8>, String> {
    let shown = escaped(path.as_os_str());
    let told = |e: std::io::Error| format!("{shown}: {}", sentence(&e));
    // A pipe without a writer or somebody's terminal must not hold us up.
    let flags = nix::libc::O_NONBLOCK | nix::libc::O_NOCTTY | nix::libc::O_CLOEXEC;
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(told)?;
    if file.metadata().map_err(told)?.is_dir() {
        return Err(format!("{shown}: Is a directory"));
    }
    let mut bytes = Vec::new();
    file.take(bytes_max as u64 + 1).read_to_end(&mut bytes).map_err(told)?;
    if bytes.len() > bytes_max {
        return Err(format!("{shown}: longer than {bytes_max} bytes"));
    }
    Ok(bytes)
}

/// An error as the C library says it, without Rust's `(os error N)`.
fn sentence(fault: &std::io::Error) -> String {
    let text = fault.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}
