//! Rows by name. Options are read by name some ten times for each key that is typed: a hash table made when this is
//! compiled has each of them in one comparison.

use super::{Spec, server, session, window};

/// Of two thirds of the places at most a row is found, or not, within a few steps.
const PLACES: usize = 512;
const ROWS: [&[Spec]; 3] = [server::ROWS, session::ROWS, window::ROWS];

/// Number of a row (those of all files in one count) + 1 by the hash of its name, open addressing; 0 is free.
static PLACES_BY_HASH: [u16; PLACES] = make();

/// The row of exactly that name.
#[must_use]
pub fn exact(name: &str) -> Option<&'static Spec> {
    let mut place = hash(name.as_bytes());
    loop {
        let number = PLACES_BY_HASH.get(place).copied().unwrap_or(0);
        let spec = row(usize::from(number).checked_sub(1)?)?;
        if spec.name == name {
            return Some(spec);
        }
        place = (place + 1) % PLACES;
    }
}

/// The row of that number.
fn row(mut number: usize) -> Option<&'static Spec> {
    for rows in ROWS {
        match number.checked_sub(rows.len()) {
            None => return rows.get(number),
            Some(behind) => number = behind,
        }
    }
    None
}

/// FNV-1a, folded.
const fn hash(name: &[u8]) -> usize {
    let mut hash = 0x811c_9dc5_u32;
    let mut at = 0;
    while at < name.len() {
        hash = (hash ^ name[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    (hash ^ hash >> 16) as usize % PLACES
}

const fn make() -> [u16; PLACES] {
    let mut places = [0; PLACES];
    let (mut file, mut number) = (0, 1);
    while file < ROWS.len() {
        let mut at = 0;
        while at < ROWS[file].len() {
            let mut place = hash(ROWS[file][at].name.as_bytes());
            while places[place] != 0 {
                place = (place + 1) % PLACES;
            }
            places[place] = number;
            number += 1;
            at += 1;
        }
        file += 1;
    }
    assert!(number as usize <= PLACES * 2 / 3, "more options than the index has room for: make it larger");
    places
}

#[cfg(test)]
mod tests {
    use super::super::rows;
    use super::*;

    #[test]
    fn each_row_is_found_by_its_name_and_nothing_else_is() {
        for spec in rows() {
            let found = exact(spec.name).expect(spec.name);
            assert_eq!((found.name, found.text), (spec.name, spec.text));
            assert!(exact(&spec.name[1..]).is_none_or(|other| other.name == &spec.name[1..]));
        }
        assert!(exact("").is_none() && exact("no-such-option").is_none());
    }
}
