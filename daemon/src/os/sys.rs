//! The only file of the program with `unsafe`: mapped memory, fork and exec, descriptors taken by number, the
//! scheduler's ear.
#![allow(unsafe_code)]

use nix::libc;
use std::ffi::{CStr, CString, c_char};
use std::io;
use std::ops::Range;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// A file's bytes in our address space, shared with whoever else maps them.
///
/// Words are read and written atomically; bytes are copied in and out. [`Mapping::bytes`] lends them without
/// a copy where a protocol of the caller says that nobody writes them meanwhile.
#[derive(Debug)]
pub struct Mapping {
    start: ptr::NonNull<u8>,
    len: usize,
}

// SAFETY: the memory belongs to the mapping, not to a thread; access to it is through atomics or by copies.
unsafe impl Send for Mapping {}
// SAFETY: as above; every method takes `&self` on purpose, since another process shares the memory anyway.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Maps the first `len` bytes of a file for reading and writing. The file must never become shorter: the
    /// caller has it sealed.
    pub(super) fn new(file: BorrowedFd<'_>, len: usize) -> io::Result<Mapping> {
        if len == 0 || isize::try_from(len).is_err() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let (protection, flags) =
            (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED | libc::MAP_NORESERVE);
        // SAFETY: a fresh mapping at an address of the kernel's choice touches no memory that exists.
        let start = unsafe { libc::mmap(ptr::null_mut(), len, protection, flags, file.as_raw_fd(), 0) };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let start = ptr::NonNull::new(start.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Mapping { start, len })
    }

    /// Bytes mapped.
    #[must_use]
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Where a range begins, if it lies within the mapping.
    fn place(&self, offset: usize, len: usize) -> Option<*mut u8> {
        let end = offset.checked_add(len)?;
        // SAFETY: `offset <= end <= self.len`, so the result is within the mapping or one past it.
        (end <= self.len).then(|| unsafe { self.start.as_ptr().add(offset) })
    }

    /// The 64-bit word at an offset that is a multiple of 8.
    ///
    /// # Panics
    /// When the word lies outside or is not aligned: offsets are constants of a layout, never a peer's.
    #[must_use]
    pub fn word(&self, offset: usize) -> &AtomicU64 {
        assert!(offset.is_multiple_of(8), "word at {offset}");
        let place = self.place(offset, 8).expect("a word within the mapping");
        // SAFETY: within the mapping, aligned (the mapping begins at a page), alive as long as `self`, and
        // any bits are a u64; other processes access it atomically too.
        unsafe { AtomicU64::from_ptr(place.cast()) }
    }

    /// The 32-bit word at an offset that is a multiple of 4.
    ///
    /// # Panics
    /// As [`Mapping::word`].
    #[must_use]
    pub fn half(&self, offset: usize) -> &AtomicU32 {
        assert!(offset.is_multiple_of(4), "half word at {offset}");
        let place = self.place(offset, 4).expect("a half word within the mapping");
        // SAFETY: as in `word`.
        unsafe { AtomicU32::from_ptr(place.cast()) }
    }

    /// Copies bytes in; false, and nothing done, when they do not fit there.
    #[must_use]
    pub fn copy_in(&self, offset: usize, bytes: &[u8]) -> bool {
        let Some(place) = self.place(offset, bytes.len()) else { return false };
        // SAFETY: the range is within the mapping; `bytes` is ordinary memory or another range of a mapping,
        // and `copy` allows overlap.
        unsafe { ptr::copy(bytes.as_ptr(), place, bytes.len()) };
        true
    }

    /// Copies bytes out; false, and nothing done, when they do not lie within the mapping.
    #[must_use]
    pub fn copy_out(&self, offset: usize, into: &mut [u8]) -> bool {
        let Some(place) = self.place(offset, into.len()) else { return false };
        // SAFETY: the range is within the mapping; `into` is exclusively ours, so the two do not overlap.
        unsafe { ptr::copy_nonoverlapping(place, into.as_mut_ptr(), into.len()) };
        true
    }

    /// Lends bytes without copying; empty when the range does not lie within the mapping. The caller's
    /// protocol keeps them still meanwhile: here, a ring's filled part, which its writer leaves alone until
    /// its reader has given it back.
    #[must_use]
    pub fn bytes(&self, range: Range<usize>) -> &[u8] {
        let len = range.end.saturating_sub(range.start);
        let Some(place) = self.place(range.start, len) else { return &[] };
        // SAFETY: within the mapping and alive as long as `self`; any bits are a u8. A peer that breaks the
        // protocol changes values of bytes, never a length, and nothing unsafe depends on the values.
        unsafe { std::slice::from_raw_parts(place, len) }
    }

    /// `read(2)` straight into the mapping.
    ///
    /// # Errors
    /// As the call.
    pub fn read_from(&self, file: BorrowedFd<'_>, range: Range<usize>) -> io::Result<usize> {
        let len = range.end.saturating_sub(range.start);
        let place = self.place(range.start, len).ok_or(io::ErrorKind::InvalidInput)?;
        // SAFETY: the kernel writes at most `len` bytes, all within the mapping.
        let n = unsafe { libc::read(file.as_raw_fd(), place.cast(), len) };
        usize::try_from(n).map_err(|_| io::Error::last_os_error())
    }

    /// `write(2)` straight out of the mapping.
    ///
    /// # Errors
    /// As the call.
    pub fn write_to(&self, file: BorrowedFd<'_>, range: Range<usize>) -> io::Result<usize> {
        let len = range.end.saturating_sub(range.start);
        let place = self.place(range.start, len).ok_or(io::ErrorKind::InvalidInput)?;
        // SAFETY: the kernel reads at most `len` bytes, all within the mapping.
        let n = unsafe { libc::write(file.as_raw_fd(), place.cast(), len) };
        usize::try_from(n).map_err(|_| io::Error::last_os_error())
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: exactly what `new` mapped; every borrow of it has ended.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.len) };
    }
}

/// Takes over a descriptor that a parent process left open at an agreed number, and makes it close on exec.
///
/// # Errors
/// When nothing is open there.
///
/// # Panics
/// When the number is one of the three standard streams, which are std's.
pub fn inherited(number: RawFd) -> io::Result<OwnedFd> {
    assert!(number > 2, "descriptor {number} is a standard stream");
    // SAFETY: F_SETFD touches no memory; on a number that is not open it fails.
    if unsafe { libc::fcntl(number, libc::F_SETFD, libc::FD_CLOEXEC) } < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: open, as just seen; the callers (one per life of the process, at its beginning) are the only
    // ones that know the number, so nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}

/// Becomes another program in this very process, with the standard streams and the descriptors of these numbers; and no
/// others, if so wished. Returns only when none of the files could be run; `keep` is then as before.
pub fn become_program(image: &Image, keep: &[RawFd], no_others: bool) -> io::Error {
    let (arguments, environment) = (pointers(&image.arguments), pointers(&image.environment));
    if no_others {
        let (first, last) = (3 as libc::c_uint, libc::c_uint::MAX);
        // SAFETY: changes flags of descriptors only; kernels before 5.11 refuse, and ours are close-on-exec anyway.
        unsafe { libc::syscall(libc::SYS_close_range, first, last, libc::CLOSE_RANGE_CLOEXEC) };
    }
    let mark = |flag: libc::c_int| {
        for &number in keep {
            // SAFETY: as above; a number that is not open is refused.
            unsafe { libc::fcntl(number, libc::F_SETFD, flag) };
        }
    };
    mark(0);
    let mut fault = io::Error::from_raw_os_error(libc::ENOENT);
    for file in &image.files {
        // SAFETY: all three are NUL-terminated, the arrays end with null, and all of it is alive.
        unsafe { libc::execve(file.as_ptr(), arguments.as_ptr(), environment.as_ptr()) };
        fault = io::Error::last_os_error();
    }
    mark(libc::FD_CLOEXEC);
    fault
}

/// `struct pidfd_info` of pidfd ioctls, in its first version.
#[repr(C)]
#[derive(Default)]
struct PidfdInfo {
    mask: u64,
    cgroup: u64,
    ids: [u32; 11],
    exit_code: i32,
}

/// How the process of a pidfd ended, as `waitpid` has it, once its parent has reaped it; it need not be a child.
///
/// # Errors
/// When the kernel does not say (before Linux 6.15).
pub fn exit_code(pidfd: BorrowedFd<'_>) -> io::Result<Option<i32>> {
    const INFO_EXIT: u64 = 1 << 3;
    const GET_INFO: u64 = 3 << 30 | (size_of::<PidfdInfo>() as u64) << 16 | 0xff << 8 | 11;
    let mut info = PidfdInfo { mask: INFO_EXIT, ..PidfdInfo::default() };
    // SAFETY: the kernel writes at most as many bytes as the request's number says, and the structure has them.
    if unsafe { libc::ioctl(pidfd.as_raw_fd(), GET_INFO as libc::Ioctl, &raw mut info) } < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok((info.mask & INFO_EXIT != 0).then_some(info.exit_code))
}

/// A program to become, with all that the child needs made before the fork.
#[derive(Debug)]
pub struct Image {
    /// Files to try in turn, as execvp does.
    pub files: Vec<CString>,
    /// Its arguments, the name first.
    pub arguments: Vec<CString>,
    /// Its environment, `NAME=value`.
    pub environment: Vec<CString>,
    /// Folders to start in: the first that can be entered.
    pub folders: Vec<CString>,
    /// It leads a session of its own, and descriptor 0 is the session's terminal.
    pub terminal: bool,
    /// Soft and hard limit of open files; none: as the parent's.
    pub open_files: Option<(u64, u64)>,
    /// What to write to `/proc/self/oom_score_adj`; none: as the parent's.
    pub oom_score: Option<CString>,
}

/// What a child could not do before it became another program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Lead a session.
    Session,
    /// Get its terminal.
    Terminal,
    /// Put its descriptors in place.
    Descriptors,
    /// Enter any of its folders.
    Folder,
    /// Become the program.
    Exec,
}

const STAGES: [Stage; 5] = [Stage::Session, Stage::Terminal, Stage::Descriptors, Stage::Folder, Stage::Exec];

/// Bytes of the report that a child writes when it fails: stage and errno.
pub const REPORT_BYTES: usize = 8;

/// Reads a child's report.
#[must_use]
pub fn report(bytes: [u8; REPORT_BYTES]) -> (Option<Stage>, io::Error) {
    let [a, b, c, d, e, f, g, h] = bytes;
    let stage = usize::try_from(u32::from_ne_bytes([a, b, c, d])).ok().and_then(|at| STAGES.get(at).copied());
    (stage, io::Error::from_raw_os_error(i32::from_ne_bytes([e, f, g, h])))
}

/// Forks, and in the child becomes the program, with `descriptors` as 0, 1, 2, … and no others.
///
/// Signals are at their defaults and none is blocked, the umask is 022, the niceness 0 (where that is
/// allowed). Returns the child and a pipe: it ends without a byte when the program runs, and carries
/// [`REPORT_BYTES`] when not.
///
/// # Errors
/// When there can't be another process or descriptor.
pub fn fork_exec(image: &Image, descriptors: &[BorrowedFd<'_>]) -> io::Result<(i32, OwnedFd)> {
    // Everything the child needs is laid out here: after the fork it may only make system calls.
    let arguments = pointers(&image.arguments);
    let environment = pointers(&image.environment);
    // What execvp does with a file that is neither binary nor has an interpreter line: a script for sh.
    let mut script: Vec<*const c_char> = vec![c"/bin/sh".as_ptr(), ptr::null()];
    script.extend(arguments.iter().skip(1));
    // Sources out of the way of the targets, so that putting one in place overwrites no other.
    let floor = RawFd::try_from(descriptors.len()).map_err(|_| io::ErrorKind::InvalidInput)?.max(3);
    let sources = descriptors
        .iter()
        .map(|fd| rustix::io::fcntl_dupfd_cloexec(fd, floor))
        .collect::<Result<Vec<OwnedFd>, _>>()?;
    let numbers: Vec<RawFd> = sources.iter().map(AsRawFd::as_raw_fd).collect();
    let (pipe, end) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
    let end = rustix::io::fcntl_dupfd_cloexec(end, floor)?;

    // SAFETY: plain data, filled by sigfillset.
    let mut all: libc::sigset_t = unsafe { std::mem::zeroed() };
    let mut before = all;
    // SAFETY: both sets are ours. No signal may be delivered in the child before its handlers are gone.
    unsafe {
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, &raw mut before);
    }
    // SAFETY: the child makes async-signal-safe calls only, on memory laid out above, and never returns.
    let pid = unsafe { libc::fork() };
    if pid == 0 {
        let child = Child {
            image,
            arguments: &arguments,
            environment: &environment,
            script: &mut script,
            numbers: &numbers,
            report: end.as_raw_fd(),
        };
        // SAFETY: we are the child of a fork just made.
        unsafe { child.become_it() };
    }
    let fault = io::Error::last_os_error();
    // SAFETY: restores what was saved above.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const before, ptr::null_mut()) };
    if pid < 0 { Err(fault) } else { Ok((pid, pipe)) }
}

fn pointers(words: &[CString]) -> Vec<*const c_char> {
    words.iter().map(|w| w.as_ptr()).chain([ptr::null()]).collect()
}

/// The child between fork and exec.
struct Child<'a> {
    image: &'a Image,
    arguments: &'a [*const c_char],
    environment: &'a [*const c_char],
    script: &'a mut [*const c_char],
    numbers: &'a [RawFd],
    report: RawFd,
}

impl Child<'_> {
    /// Never returns.
    ///
    /// # Safety
    /// Only in a freshly forked child, with all signals blocked: it rearranges the process.
    unsafe fn become_it(self) -> ! {
        // SAFETY: system calls on our own descriptors and on memory that the parent laid out; nothing here
        // allocates, locks or unwinds.
        unsafe {
            self.forget_signals();
            if self.image.terminal {
                self.check(Stage::Session, libc::setsid());
            }
            for (target, &source) in (0..).zip(self.numbers) {
                self.check(Stage::Descriptors, libc::dup2(source, target));
            }
            if self.image.terminal {
                self.check(Stage::Terminal, libc::ioctl(0, libc::TIOCSCTTY, 0));
            }
            self.close_on_exec(self.numbers.len());
            if let Some((soft, hard)) = self.image.open_files {
                let limit = libc::rlimit { rlim_cur: soft, rlim_max: hard };
                libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit);
            }
            libc::setpriority(libc::PRIO_PROCESS, 0, 0);
            self.set_oom_score();
            libc::umask(0o022);
            self.enter_folder();
            let mut none: libc::sigset_t = std::mem::zeroed();
            libc::sigemptyset(&raw mut none);
            libc::sigprocmask(libc::SIG_SETMASK, &raw const none, ptr::null_mut());
            self.exec()
        }
    }

    /// Puts every disposition back to its default. Handlers would be by exec; what is ignored would not.
    unsafe fn forget_signals(&self) {
        // The kernel's `struct sigaction`, with room: handler, flags, restorer and mask, all zero, is SIG_DFL.
        let default = [0_u64; 8];
        for signal in 1..=64 {
            // By system call: libc's own refuses the two signals that it uses itself (32 and 33), and a parent
            // may have left those ignored. SIGKILL and SIGSTOP are refused, and at their defaults.
            // SAFETY: reads `default` only, which is large enough; no handler is involved. 8 is the mask's size.
            unsafe {
                libc::syscall(
                    libc::SYS_rt_sigaction,
                    signal,
                    default.as_ptr(),
                    ptr::null_mut::<u64>(),
                    8_usize,
                );
            }
        }
    }

    /// Marks every descriptor from `first` on to be closed by exec: the report pipe has to live until then.
    unsafe fn close_on_exec(&self, first: usize) {
        let first = first as libc::c_uint;
        // SAFETY: changes flags of descriptors only.
        unsafe {
            let all =
                libc::syscall(libc::SYS_close_range, first, libc::c_uint::MAX, libc::CLOSE_RANGE_CLOEXEC);
            if all == 0 {
                return;
            }
            // Before Linux 5.11. Our own descriptors are close-on-exec anyway; these would be inherited ones.
            let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
            libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit);
            for fd in first..limit.rlim_cur.min(65_536) as libc::c_uint {
                libc::fcntl(fd as RawFd, libc::F_SETFD, libc::FD_CLOEXEC);
            }
        }
    }

    unsafe fn set_oom_score(&self) {
        let Some(score) = &self.image.oom_score else { return };
        // SAFETY: the path and the text are NUL-terminated and alive.
        unsafe {
            let fd = libc::open(c"/proc/self/oom_score_adj".as_ptr(), libc::O_WRONLY | libc::O_CLOEXEC);
            if fd >= 0 {
                libc::write(fd, score.as_ptr().cast(), score.count_bytes());
                libc::close(fd);
            }
        }
    }

    unsafe fn enter_folder(&self) {
        let mut errno = 0;
        for folder in &self.image.folders {
            // SAFETY: the path is NUL-terminated and alive.
            if unsafe { libc::chdir(folder.as_ptr()) } == 0 {
                return;
            }
            errno = io::Error::last_os_error().raw_os_error().unwrap_or(0);
        }
        if errno != 0 {
            self.fail(Stage::Folder, errno);
        }
    }

    unsafe fn exec(self) -> ! {
        let mut errno = libc::ENOENT;
        for file in &self.image.files {
            // SAFETY: all three are NUL-terminated, the arrays end with null, and all of it is alive.
            unsafe { libc::execve(file.as_ptr(), self.arguments.as_ptr(), self.environment.as_ptr()) };
            match io::Error::last_os_error().raw_os_error().unwrap_or(0) {
                libc::ENOEXEC => {
                    errno = libc::ENOEXEC;
                    if let Some(name) = self.script.get_mut(1) {
                        *name = file.as_ptr();
                    }
                    // SAFETY: as above.
                    unsafe {
                        libc::execve(c"/bin/sh".as_ptr(), self.script.as_ptr(), self.environment.as_ptr());
                    };
                }
                // Look further, but say this if nothing is found: a file is there and may not be run.
                libc::EACCES => errno = libc::EACCES,
                libc::ENOENT | libc::ENOTDIR | libc::ESTALE | libc::ENODEV | libc::ETIMEDOUT => {}
                other => {
                    errno = other;
                    break;
                }
            }
        }
        self.fail(Stage::Exec, errno)
    }

    fn check(&self, stage: Stage, result: libc::c_int) {
        if result < 0 {
            self.fail(stage, io::Error::last_os_error().raw_os_error().unwrap_or(0));
        }
    }

    /// Reports and ends.
    fn fail(&self, stage: Stage, errno: i32) -> ! {
        let mut report = [0; REPORT_BYTES];
        let (head, tail) = report.split_at_mut(4);
        head.copy_from_slice(&(stage as u32).to_ne_bytes());
        tail.copy_from_slice(&errno.to_ne_bytes());
        // SAFETY: a buffer of ours; `_exit` runs nothing of the parent's.
        unsafe {
            libc::write(self.report, report.as_ptr().cast(), report.len());
            libc::_exit(127)
        }
    }
}

/// Orders everything before it against everything after it, between processes too.
pub fn full_fence() {
    std::sync::atomic::fence(Ordering::SeqCst);
}

/// A path or word for the system: cut at the first NUL, which no system call could take.
#[must_use]
pub fn c_string(bytes: &[u8]) -> CString {
    let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
    CString::new(bytes.get(..end).unwrap_or_default()).unwrap_or_else(|_| CStr::to_owned(c""))
}

/// Points a descriptor at another file, as `dup2` does: for the standard streams.
///
/// # Errors
/// As the call.
pub fn replace_standard(stream: RawFd, file: BorrowedFd<'_>) -> io::Result<()> {
    debug_assert!((0..3).contains(&stream));
    // SAFETY: the standard streams are owned by no `OwnedFd`; std uses them by number.
    if unsafe { libc::dup2(file.as_fd().as_raw_fd(), stream) } < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// Seconds that local time is east of UTC at a moment (`TZ`, else `/etc/localtime`).
#[must_use]
pub fn zone_seconds(unix_seconds: i64) -> i32 {
    // SAFETY: all bits zero are a `tm`; the call writes it and reads one number, and keeps neither.
    let (known, local) = unsafe {
        let mut local: libc::tm = std::mem::zeroed();
        let known = !libc::localtime_r(&unix_seconds, &mut local).is_null();
        (known, local)
    };
    if known { i32::try_from(local.tm_gmtoff).unwrap_or(0) } else { 0 }
}

/// What `sched_setattr(2)` takes, in its first version.
#[repr(C)]
#[derive(Default)]
struct SchedulingAttributes {
    size: u32,
    policy: u32,
    flags: u64,
    nice: i32,
    priority: u32,
    runtime_ns: u64,
    deadline_ns: u64,
    period_ns: u64,
}

impl SchedulingAttributes {
    const BYTES: u32 = size_of::<SchedulingAttributes>() as u32;

    /// Of a process, 0 for the thread that asks.
    fn of(pid: i32) -> Option<SchedulingAttributes> {
        let mut attributes = SchedulingAttributes { size: Self::BYTES, ..SchedulingAttributes::default() };
        // SAFETY: the kernel writes at most as many bytes as it is told, and the structure has them.
        let outcome =
            unsafe { libc::syscall(libc::SYS_sched_getattr, pid, &raw mut attributes, Self::BYTES, 0) };
        (outcome == 0).then_some(attributes)
    }
}

/// The turn that [`ask_for_short_turns`] asks for: the least that sched(7) allows.
pub const SHORT_TURN_NS: u64 = 100_000;

/// How long a process's turns are by its own wish or the system's, in nanoseconds; none where the kernel does not say
/// (before Linux 6.12) or the process is not there.
#[must_use]
pub fn turn_ns(pid: i32) -> Option<u64> {
    SchedulingAttributes::of(pid).map(|a| a.runtime_ns).filter(|ns| *ns > 0)
}

/// Asks the scheduler for turns as short as it grants, and to be served soon in return: for a process that mostly
/// waits, and whose work is a moment when there is some. Linux 6.12 and later heed it; processes begun from this one
/// are as if it had not been asked for.
pub fn ask_for_short_turns() {
    const RESET_ON_FORK: u64 = 1;
    // What a batch or real-time policy was chosen for is not ours to change.
    let known = SchedulingAttributes::of(0).filter(|a| a.policy == libc::SCHED_OTHER.cast_unsigned());
    let Some(mut attributes) = known else { return };
    attributes.size = SchedulingAttributes::BYTES;
    attributes.runtime_ns = SHORT_TURN_NS;
    attributes.flags |= RESET_ON_FORK;
    // SAFETY: the kernel reads at most `size` bytes of the structure.
    unsafe { libc::syscall(libc::SYS_sched_setattr, 0, &raw const attributes, 0) };
}

/// Has the allocator give whole pages of freed memory back. One that is not glibc's does so by itself, or can't.
pub fn trim_heap() {
    #[cfg(target_env = "gnu")]
    // SAFETY: it may be called at any time, from any thread; it touches only memory that was freed.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Starts the thread of FoundationDB's client library.
///
/// # Errors
/// The library's own.
#[cfg(feature = "foundationdb")]
pub fn boot_network(
    network: foundationdb::api::NetworkBuilder,
) -> foundationdb::FdbResult<foundationdb::api::NetworkAutoStop> {
    // SAFETY: the guard must be dropped before the process exits. It is kept by `store::foundationdb`, whose `stop` is
    // called at the daemon's end; where that can't drop it, `leave_at_once` ends the process without exiting.
    unsafe { network.boot() }
}

/// Ends the process without running what libraries have left for its end.
#[cfg(feature = "foundationdb")]
pub fn leave_at_once(status: i32) -> ! {
    // SAFETY: it touches no memory and does not return.
    unsafe { libc::_exit(status) }
}
