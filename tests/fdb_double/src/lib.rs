//! Stands in for `libfdb_c`, FoundationDB's client library, so that the real store runs in every test: the functions
//! that abide's use of the `foundationdb` crate calls, over a cluster that is a file ([`cluster`]), with its
//! limits, its error codes and what can go wrong with it ([`faults`]).
//!
//! The one file beside `daemon/src/os/sys.rs` that may be unsafe: it is a C library. Its callers are the crate, which
//! hands over pointers and lengths as `fdb_c.h` says, and gives back each handle once; every block rests on that.
#![allow(unsafe_code, missing_docs, clippy::missing_safety_doc, unreachable_pub)]

mod cluster;
mod faults;
mod transaction;

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use transaction::{Database, Transaction};

/// What a future will hold.
#[derive(Debug)]
pub(crate) enum Outcome {
    Error(i32),
    Nothing,
    Number(i64),
    Value(Option<Vec<u8>>),
    /// Keys and values, and whether there are more.
    Records(Vec<cluster::Record>, bool),
}

#[repr(C, packed(4))]
pub struct KeyValue {
    key: *const u8,
    key_length: c_int,
    value: *const u8,
    value_length: c_int,
}

type Callback = unsafe extern "C" fn(*mut Future, *mut c_void);

#[derive(Default)]
struct Promise {
    outcome: Option<Outcome>,
    /// Called once when there is an outcome; the pointers as numbers, since another thread calls it.
    callback: Option<(Callback, usize, usize)>,
}

/// Fulfils a future from any thread.
#[derive(Clone, Default)]
pub(crate) struct Fulfil(Arc<Mutex<Promise>>);

impl Fulfil {
    pub(crate) fn with(&self, outcome: Outcome) {
        let mut promise = locked(&self.0);
        if promise.outcome.is_some() {
            return;
        }
        promise.outcome = Some(outcome);
        let callback = promise.callback.take();
        drop(promise);
        if let Some((call, future, parameter)) = callback {
            // SAFETY: the caller gave function and parameter to be called once, from any thread.
            unsafe { call(future as *mut Future, parameter as *mut c_void) };
        }
    }
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub struct Future {
    promise: Fulfil,
    /// The array that was handed out, which lives as long as the future.
    records: Mutex<Vec<KeyValue>>,
}

pub(crate) fn future(promise: &Fulfil) -> *mut Future {
    Box::into_raw(Box::new(Future { promise: promise.clone(), records: Mutex::default() }))
}

/// Runs `read` on a future's outcome; 2015 when there is none, its error when it is one.
///
/// # Safety
/// `f` is a future that was not destroyed.
unsafe fn with_outcome(f: *mut Future, read: impl FnOnce(&Outcome, &Future) -> c_int) -> c_int {
    // SAFETY: by the caller's word.
    let future = unsafe { &*f };
    match &locked(&future.promise.0).outcome {
        None => 2015,
        Some(Outcome::Error(code)) => *code,
        Some(outcome) => read(outcome, future),
    }
}

/// Bytes that a caller lends.
///
/// # Safety
/// `bytes` is readable for `length` bytes, or the length is 0.
unsafe fn lent(bytes: *const u8, length: c_int) -> Vec<u8> {
    match usize::try_from(length) {
        Ok(length) if length > 0 => {
            // SAFETY: by the caller's word.
            unsafe { std::slice::from_raw_parts(bytes, length) }.to_vec()
        }
        _ => Vec::new(),
    }
}

/// # Safety
/// `transaction` was created and not destroyed.
unsafe fn borrowed<'a>(transaction: *mut Transaction) -> &'a Transaction {
    // SAFETY: by the caller's word.
    unsafe { &*transaction }
}

const API_VERSION: c_int = 730;

#[unsafe(no_mangle)]
pub extern "C" fn fdb_get_max_api_version() -> c_int {
    API_VERSION
}

#[unsafe(no_mangle)]
pub extern "C" fn fdb_select_api_version_impl(runtime: c_int, header: c_int) -> c_int {
    if runtime == header && header == API_VERSION { 0 } else { 2203 }
}

#[unsafe(no_mangle)]
pub extern "C" fn fdb_get_error(code: c_int) -> *const c_char {
    let text = match code {
        0 => c"Success",
        1007 => c"Transaction is too old to perform reads or be committed",
        1009 => c"Request for future version",
        1020 => c"Transaction not committed due to conflict with another transaction",
        1021 => c"Transaction may or may not have committed",
        1025 => c"Operation aborted because the transaction was cancelled",
        1031 => c"Operation aborted because the transaction timed out",
        1037 => c"Storage process does not have recent mutations",
        1038 => c"Database is locked",
        1101 => c"Asynchronous operation cancelled",
        1213 => c"Transaction tag is being throttled",
        1515 => c"No cluster file found in current directory or default location",
        2015 => c"Future not ready",
        2101 => c"Transaction exceeds byte limit",
        2102 => c"Key length exceeds limit",
        2103 => c"Value length exceeds limit",
        2203 => c"API version not supported",
        _ => c"An error of the double",
    };
    text.as_ptr()
}

#[unsafe(no_mangle)]
pub extern "C" fn fdb_error_predicate(test: c_int, code: c_int) -> c_int {
    let maybe = code == 1021;
    let refused = transaction::RETRYABLE.contains(&code) && !maybe;
    match test {
        50000 => c_int::from(maybe || refused),
        50001 => c_int::from(maybe),
        50002 => c_int::from(refused),
        _ => 0,
    }
}

/// Whether the network runs, and whether it is over.
static NETWORK: (Mutex<(bool, bool)>, Condvar) = (Mutex::new((false, false)), Condvar::new());

#[unsafe(no_mangle)]
pub extern "C" fn fdb_network_set_option(_: c_int, _: *const u8, _: c_int) -> c_int {
    0
}

#[unsafe(no_mangle)]
pub extern "C" fn fdb_setup_network() -> c_int {
    let mut state = locked(&NETWORK.0);
    if std::mem::replace(&mut state.0, true) { 2009 } else { 0 }
}

#[unsafe(no_mangle)]
pub extern "C" fn fdb_run_network() -> c_int {
    let mut state = locked(&NETWORK.0);
    while !state.1 {
        state = NETWORK.1.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
    0
}

#[unsafe(no_mangle)]
pub extern "C" fn fdb_stop_network() -> c_int {
    locked(&NETWORK.0).1 = true;
    NETWORK.1.notify_all();
    0
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_create_database(path: *const c_char, out: *mut *mut Database) -> c_int {
    if !locked(&NETWORK.0).0 {
        return 2007;
    }
    // SAFETY: the caller gives a string, or nothing for the default file, which the double does not have.
    let path = (!path.is_null()).then(|| unsafe { CStr::from_ptr(path) }.to_string_lossy().into_owned());
    let Some(Ok(database)) = path.map(|path| Database::open(path.as_ref())) else { return 1515 };
    // SAFETY: the caller gives a place for the handle.
    unsafe { *out = Box::into_raw(Box::new(database)) };
    0
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_database_destroy(database: *mut Database) {
    // SAFETY: made by `fdb_create_database`, given back once.
    drop(unsafe { Box::from_raw(database) });
}

#[unsafe(no_mangle)]
pub extern "C" fn fdb_database_set_option(_: *mut Database, _: c_int, _: *const u8, _: c_int) -> c_int {
    0
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_database_create_transaction(
    database: *mut Database,
    out: *mut *mut Transaction,
) -> c_int {
    // SAFETY: a live database, and a place for the handle.
    unsafe { *out = Box::into_raw(Box::new((*database).begin())) };
    0
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_transaction_destroy(transaction: *mut Transaction) {
    // SAFETY: made by `fdb_database_create_transaction`, given back once.
    drop(unsafe { Box::from_raw(transaction) });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_transaction_cancel(transaction: *mut Transaction) {
    // SAFETY: as `borrowed` says.
    unsafe { borrowed(transaction) }.cancel();
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_transaction_reset(transaction: *mut Transaction) {
    // SAFETY: as `borrowed` says.
    unsafe { borrowed(transaction) }.reset();
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_transaction_set_option(
    transaction: *mut Transaction,
    option: c_int,
    value: *const u8,
    length: c_int,
) -> c_int {
    // SAFETY: as `lent` and `borrowed` say.
    let (value, transaction) = unsafe { (lent(value, length), borrowed(transaction)) };
    transaction.set_option(option, <[u8; 8]>::try_from(value).map_or(0, i64::from_le_bytes));
    0
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_transaction_get_read_version(transaction: *mut Transaction) -> *mut Future {
    // SAFETY: as `borrowed` says.
    unsafe { borrowed(transaction) }.read_version()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_transaction_get(
    transaction: *mut Transaction,
    key: *const u8,
    length: c_int,
    snapshot: c_int,
) -> *mut Future {
    // SAFETY: as `lent` and `borrowed` say.
    let (key, transaction) = unsafe { (lent(key, length), borrowed(transaction)) };
    transaction.get(key, snapshot != 0)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_transaction_get_range(
    transaction: *mut Transaction,
    begin: *const u8,
    begin_length: c_int,
    begin_or_equal: c_int,
    begin_offset: c_int,
    end: *const u8,
    end_length: c_int,
    end_or_equal: c_int,
    end_offset: c_int,
    limit: c_int,
    target_bytes: c_int,
    _mode: c_int,
    _iteration: c_int,
    snapshot: c_int,
    reverse: c_int,
) -> *mut Future {
    // SAFETY: as `lent` and `borrowed` say.
    let (mut begin, mut end, transaction) =
        unsafe { (lent(begin, begin_length), lent(end, end_length), borrowed(transaction)) };
    // First greater or equal, and first greater: more selectors nobody here uses.
    assert!(begin_offset == 1 && end_offset == 1 && reverse == 0, "the double has no such range");
    if begin_or_equal != 0 {
        begin.push(0);
    }
    if end_or_equal != 0 {
        end.push(0);
    }
    let bound = |n: c_int| usize::try_from(n).ok().filter(|n| *n > 0).unwrap_or(usize::MAX);
    transaction.get_range((begin, end), bound(limit), bound(target_bytes), snapshot != 0)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_transaction_set(
    transaction: *mut Transaction,
    key: *const u8,
    key_length: c_int,
    value: *const u8,
    value_length: c_int,
) {
    // SAFETY: as `lent` and `borrowed` say.
    let (key, value, transaction) =
        unsafe { (lent(key, key_length), lent(value, value_length), borrowed(transaction)) };
    transaction.change(cluster::Change::Set(key, value));
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_transaction_clear(transaction: *mut Transaction, key: *const u8, length: c_int) {
    // SAFETY: as `lent` and `borrowed` say.
    let (key, transaction) = unsafe { (lent(key, length), borrowed(transaction)) };
    let mut end = key.clone();
    end.push(0);
    transaction.change(cluster::Change::Clear(key, end));
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_transaction_clear_range(
    transaction: *mut Transaction,
    begin: *const u8,
    begin_length: c_int,
    end: *const u8,
    end_length: c_int,
) {
    // SAFETY: as `lent` and `borrowed` say.
    let (begin, end, transaction) =
        unsafe { (lent(begin, begin_length), lent(end, end_length), borrowed(transaction)) };
    transaction.change(cluster::Change::Clear(begin, end));
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_transaction_atomic_op(
    transaction: *mut Transaction,
    key: *const u8,
    key_length: c_int,
    parameter: *const u8,
    parameter_length: c_int,
    operation: c_int,
) {
    const ADD: c_int = 2;
    assert!(operation == ADD, "the double has no atomic operation {operation}");
    // SAFETY: as `lent` and `borrowed` say.
    let (key, by, transaction) =
        unsafe { (lent(key, key_length), lent(parameter, parameter_length), borrowed(transaction)) };
    transaction.change(cluster::Change::Add(key, by));
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_transaction_watch(
    transaction: *mut Transaction,
    key: *const u8,
    length: c_int,
) -> *mut Future {
    // SAFETY: as `lent` and `borrowed` say.
    let (key, transaction) = unsafe { (lent(key, length), borrowed(transaction)) };
    transaction.watch(key)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_transaction_commit(transaction: *mut Transaction) -> *mut Future {
    // SAFETY: as `borrowed` says.
    unsafe { borrowed(transaction) }.commit()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_transaction_get_committed_version(
    transaction: *mut Transaction,
    out: *mut i64,
) -> c_int {
    // SAFETY: as `borrowed` says, and a place for the number.
    unsafe { *out = borrowed(transaction).committed() };
    0
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_transaction_on_error(transaction: *mut Transaction, code: c_int) -> *mut Future {
    // SAFETY: as `borrowed` says.
    unsafe { borrowed(transaction) }.on_error(code)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_future_is_ready(f: *mut Future) -> c_int {
    // SAFETY: a future that was not destroyed.
    c_int::from(locked(&unsafe { &*f }.promise.0).outcome.is_some())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_future_set_callback(
    f: *mut Future,
    callback: Callback,
    parameter: *mut c_void,
) -> c_int {
    // SAFETY: a future that was not destroyed.
    let mut promise = locked(&unsafe { &*f }.promise.0);
    if promise.outcome.is_some() {
        drop(promise);
        // SAFETY: the caller wants it called once, at once when the future is ready.
        unsafe { callback(f, parameter) };
    } else {
        promise.callback = Some((callback, f as usize, parameter as usize));
    }
    0
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_future_get_error(f: *mut Future) -> c_int {
    // SAFETY: a future that was not destroyed.
    unsafe { with_outcome(f, |_, _| 0) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_future_get_int64(f: *mut Future, out: *mut i64) -> c_int {
    let read = |outcome: &Outcome, _: &Future| match outcome {
        Outcome::Number(number) => {
            // SAFETY: a place for the number.
            unsafe { *out = *number };
            0
        }
        _ => 4100,
    };
    // SAFETY: a future that was not destroyed.
    unsafe { with_outcome(f, read) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_future_get_value(
    f: *mut Future,
    present: *mut c_int,
    value: *mut *const u8,
    length: *mut c_int,
) -> c_int {
    let read = |outcome: &Outcome, _: &Future| match outcome {
        Outcome::Value(found) => {
            // SAFETY: places for all three; the value lives as long as the future, whose outcome never changes.
            unsafe {
                *present = c_int::from(found.is_some());
                *value = found.as_ref().map_or(ptr::null(), |bytes| bytes.as_ptr());
                *length = found.as_ref().map_or(0, |bytes| bytes.len() as c_int);
            }
            0
        }
        _ => 4100,
    };
    // SAFETY: a future that was not destroyed.
    unsafe { with_outcome(f, read) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_future_get_keyvalue_array(
    f: *mut Future,
    array: *mut *const KeyValue,
    count: *mut c_int,
    more: *mut c_int,
) -> c_int {
    let read = |outcome: &Outcome, future: &Future| match outcome {
        Outcome::Records(records, rest) => {
            let mut out = locked(&future.records);
            *out = records
                .iter()
                .map(|(key, value)| KeyValue {
                    key: key.as_ptr(),
                    key_length: key.len() as c_int,
                    value: value.as_ptr(),
                    value_length: value.len() as c_int,
                })
                .collect();
            // SAFETY: places for all three; array and bytes live as long as the future.
            unsafe {
                *array = out.as_ptr();
                *count = out.len() as c_int;
                *more = c_int::from(*rest);
            }
            0
        }
        _ => 4100,
    };
    // SAFETY: a future that was not destroyed.
    unsafe { with_outcome(f, read) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_future_cancel(f: *mut Future) {
    // SAFETY: a future that was not destroyed.
    unsafe { &*f }.promise.with(Outcome::Error(1101));
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdb_future_destroy(f: *mut Future) {
    // SAFETY: made by `future`, given back once; its callback is called before it goes.
    unsafe {
        fdb_future_cancel(f);
        drop(Box::from_raw(f));
    }
}
