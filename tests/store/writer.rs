//! Commits numbered records to the store named on the command line, printing each number once it is in,
//! until it is killed; with `try` it only tries to open the store and prints what came of it; with `fill` it
//! commits batches as large as they may be until the file has so many MB, says so, and goes on with small ones.

use abide::store::{Stamp, Store, embedded::Embedded};
use std::io::Write;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let (verb, path) = match &words[..] {
        [_, verb, path, megabytes] if verb == "fill" => {
            return fill(path, megabytes.parse().expect("a number"));
        }
        [_, verb, path] => (verb, path),
        _ => panic!("usage: write|try PATH, fill PATH MEGABYTES"),
    };
    let opened = Embedded::open(path.as_ref());
    if verb == "try" {
        println!("{}", opened.map_or_else(|e| e.to_string(), |_| "opened".into()));
        return;
    }
    let mut store = opened.expect("open");
    let mut first = 0;
    let mut head = |key: &[u8], value: &[u8]| {
        if key == b"head" {
            first = u64::from_be_bytes(value.try_into().expect("8 bytes")) + 1;
        }
    };
    store.scan(b"head", &mut head).expect("scan");
    let Stamp { epoch, .. } = store.claim().expect("claim");
    let mut stdout = std::io::stdout();
    for (seq, number) in (1..).zip(first..) {
        let value = number.to_be_bytes().to_vec();
        let block = [b"block".as_slice(), &value].concat();
        let old = [b"block".as_slice(), &number.wrapping_sub(3).to_be_bytes()].concat();
        // A block of some size, the head that names it, and an old block that goes: all or nothing.
        let writes = [(block, Some(value.repeat(2000))), (b"head".to_vec(), Some(value)), (old, None)];
        store.commit(Stamp { epoch, seq }, &writes).expect("commit");
        writeln!(stdout, "{number}").and_then(|()| stdout.flush()).expect("say so");
    }
}

fn fill(path: &str, megabytes: u64) {
    const VALUE_BYTES: usize = 30_000;
    let mut store = Embedded::open(path.as_ref()).expect("open");
    let Stamp { epoch, .. } = store.claim().expect("claim");
    let values = megabytes * 1_000_000 / VALUE_BYTES as u64;
    let mut seq = 0;
    let mut commit = |store: &mut Embedded, numbers: std::ops::Range<u64>, bytes: usize| {
        seq += 1;
        let record = |n: u64| (n.to_be_bytes().to_vec(), Some(n.to_be_bytes().repeat(bytes / 8)));
        let writes: Vec<_> = numbers.map(record).collect();
        store.commit(Stamp { epoch, seq }, &writes).expect("commit");
    };
    for first in (0..values).step_by(30) {
        commit(&mut store, first..(first + 30).min(values), VALUE_BYTES);
    }
    println!("full");
    for n in (0..values).cycle() {
        commit(&mut store, n..n + 1, VALUE_BYTES);
    }
}
