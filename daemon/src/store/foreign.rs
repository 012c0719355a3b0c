//! A store's file that is not ours, to be looked at: a copy from the disk of a machine that is lost, or that disk itself.
//!
//! Nothing is ever written to it: it is opened for reading, and what redb writes when it opens a file that was not closed
//! (after a loss none is) goes to a layer in memory over it. Where another process has it open it is left alone.

use super::StoreFault;
use super::embedded::Embedded;
use super::limits::LAYER_BYTES_MAX;
use super::space::SpaceName;
use redb::StorageBackend;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Opens it. Its own records are shown as those of `file/NAME`: it does not say which machine wrote it.
///
/// # Errors
/// `Busy` when another process has it open, `Corrupt` when it is no sound redb file, `Io` when it can't be read.
pub fn open(path: &Path) -> Result<Embedded, StoreFault> {
    let shown = path.display().to_string();
    let shown = shown.escape_debug().to_string();
    let failed = |e: io::Error| StoreFault::Io(format!("open {shown}: {e}"));
    // A FIFO would keep us waiting, a device would be read.
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(nix::libc::O_NONBLOCK | nix::libc::O_CLOEXEC | nix::libc::O_NOCTTY)
        .open(path)
        .map_err(failed)?;
    let data = file.metadata().map_err(failed)?;
    if !data.is_file() || data.len() == 0 {
        return Err(StoreFault::Io(format!("{shown} is no store's file")));
    }
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => return Err(StoreFault::Busy),
        // A file system without locks: nobody can have it locked.
        Ok(()) | Err(TryLockError::Error(_)) => {}
    }
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let space = SpaceName::of("file", &name);
    let store =
        Embedded::over(&shown, move || Ok(Layer { file: file.try_clone()?, over: Mutex::default() }))?;
    Ok(store.named(space))
}

/// Bytes of a page of the layer.
const PAGE_BYTES: u64 = 4096;

/// A file, and over it in memory what was written.
#[derive(Debug)]
struct Layer {
    file: File,
    over: Mutex<Over>,
}

#[derive(Debug, Default)]
struct Over {
    /// Pages that were written, by their number.
    pages: BTreeMap<u64, Box<[u8]>>,
    /// The length, where it was set.
    len: Option<u64>,
    /// The least that it ever was: what the file has behind that was cut off.
    least: Option<u64>,
}

impl Layer {
    fn over(&self) -> MutexGuard<'_, Over> {
        // Whoever panicked has changed whole pages or none.
        self.over.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes that the file still has a say in.
    fn below(&self, over: &Over) -> io::Result<u64> {
        let len = self.file.metadata()?.len();
        Ok(over.least.map_or(len, |least| least.min(len)))
    }

    /// A page as the file has it, zeros behind its end.
    fn page(&self, over: &Over, number: u64) -> io::Result<Box<[u8]>> {
        let mut page = vec![0; PAGE_BYTES as usize].into_boxed_slice();
        let start = number * PAGE_BYTES;
        let have = self.below(over)?.saturating_sub(start).min(PAGE_BYTES) as usize;
        let part = page.get_mut(..have).unwrap_or_default();
        self.file.read_exact_at(part, start)?;
        Ok(page)
    }
}

/// Goes through the pages of a range: number, where in the page, where in the range, how much.
fn pieces(offset: u64, bytes: usize) -> impl Iterator<Item = (u64, usize, usize, usize)> {
    let mut done = 0;
    std::iter::from_fn(move || {
        if done >= bytes {
            return None;
        }
        let at = offset + done as u64;
        let within = (at % PAGE_BYTES) as usize;
        let count = (PAGE_BYTES as usize - within).min(bytes - done);
        let piece = (at / PAGE_BYTES, within, done, count);
        done += count;
        Some(piece)
    })
}

impl StorageBackend for Layer {
    fn len(&self) -> io::Result<u64> {
        match self.over().len {
            Some(len) => Ok(len),
            None => Ok(self.file.metadata()?.len()),
        }
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        if offset.saturating_add(out.len() as u64) > self.len()? {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let over = self.over();
        if over.pages.is_empty() && over.least.is_none() {
            return self.file.read_exact_at(out, offset);
        }
        for (number, within, at, count) in pieces(offset, out.len()) {
            let read;
            let page = match over.pages.get(&number) {
                Some(page) => page,
                None => {
                    read = self.page(&over, number)?;
                    &read
                }
            };
            if let (Some(to), Some(from)) = (out.get_mut(at..at + count), page.get(within..within + count)) {
                to.copy_from_slice(from);
            }
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let before = self.len()?;
        let mut over = self.over();
        if len < before {
            over.least = Some(over.least.map_or(len, |least| least.min(len)));
            over.pages.retain(|number, _| number * PAGE_BYTES < len);
            if let Some(last) = over.pages.get_mut(&(len / PAGE_BYTES)) {
                last.get_mut((len % PAGE_BYTES) as usize..).unwrap_or_default().fill(0);
            }
        }
        over.len = Some(len);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut over = self.over();
        for (number, within, at, count) in pieces(offset, data.len()) {
            if !over.pages.contains_key(&number) {
                if (over.pages.len() as u64 + 1) * PAGE_BYTES > LAYER_BYTES_MAX {
                    return Err(io::Error::other("it needs more repair than there is memory for"));
                }
                let page = self.page(&over, number)?;
                over.pages.insert(number, page);
            }
            let to = over.pages.get_mut(&number).and_then(|page| page.get_mut(within..within + count));
            if let (Some(to), Some(from)) = (to, data.get(at..at + count)) {
                to.copy_from_slice(from);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against a file that is written for real.
    #[test]
    fn a_layer_reads_as_a_file_that_was_written_would() {
        let folder = tempfile::tempdir().expect("a folder");
        let (below, real) = (folder.path().join("below"), folder.path().join("real"));
        let bytes: Vec<u8> = (0..3 * PAGE_BYTES + 100).map(|n| n as u8 | 1).collect();
        std::fs::write(&below, &bytes).expect("write");
        std::fs::write(&real, &bytes).expect("write");
        let layer = Layer { file: File::open(&below).expect("open"), over: Mutex::default() };
        let real = OpenOptions::new().read(true).write(true).open(&real).expect("open");
        let same = |what: &str| {
            let len = layer.len().expect("len");
            assert_eq!(len, real.metadata().expect("len").len(), "{what}");
            let (mut ours, mut theirs) = (vec![0; len as usize], vec![0; len as usize]);
            layer.read(0, &mut ours).expect("read");
            real.read_exact_at(&mut theirs, 0).expect("read");
            assert!(ours == theirs, "{what}");
        };
        same("untouched");
        for (n, (offset, count)) in
            [(10, 20), (PAGE_BYTES - 5, 5000), (3 * PAGE_BYTES + 90, 300)].into_iter().enumerate()
        {
            let data = vec![n as u8; count];
            real.write_all_at(&data, offset).expect("write");
            if offset + count as u64 > layer.len().expect("len") {
                layer.set_len(offset + count as u64).expect("set_len");
            }
            layer.write(offset, &data).expect("write");
            same("written");
        }
        for len in [2 * PAGE_BYTES + 7, 4 * PAGE_BYTES, 100, 2 * PAGE_BYTES] {
            real.set_len(len).expect("set_len");
            layer.set_len(len).expect("set_len");
            same("another length");
        }
        assert!(layer.read(2 * PAGE_BYTES - 1, &mut [0; 2]).is_err(), "behind the end");
        assert_eq!(std::fs::read(&below).expect("read"), bytes, "the file is as it was");
    }

    #[test]
    fn a_layer_has_a_bound() {
        let file = tempfile::tempfile().expect("a file");
        let layer = Layer { file, over: Mutex::default() };
        let page = vec![1; PAGE_BYTES as usize];
        let pages = LAYER_BYTES_MAX / PAGE_BYTES;
        layer.set_len((pages + 1) * PAGE_BYTES).expect("set_len");
        for n in 0..pages {
            layer.write(n * PAGE_BYTES, &page).expect("write");
        }
        layer.write(0, &page).expect("what is there may be written again");
        assert!(layer.write(pages * PAGE_BYTES, &page).is_err());
    }
}
