//! The rules of every store, over tables that only get and put: claims, commits, leases, and how records pass
//! from one space to another. Each function is one transaction: it decides before it writes, and where it fails
//! the caller throws away what it has put.
//!
//! A space's own keys begin with 0: the stamp of its last commit, its lease, the time of its last commit, how long its owner
//! has been missing, and a *mark* for each record that another space is taking over, under the record's key, with the taker's name.

use super::lease::{Lapsed, Lease, LeaseState};
use super::limits::SPACES_LISTED_MAX;
use super::space::{Identity, SpaceInfo, SpaceList, SpaceName};
use super::{ScanReport, Stamp, StoreFault, Write, admit, check_writes, stamp_bytes, stamp_from};

/// Where a store keeps its own records; no caller's key may begin with it.
pub(super) const OWN_PREFIX: u8 = 0;
/// The stamp of the last commit.
pub(super) const STAMP_KEY: &[u8] = &[OWN_PREFIX, b's'];
/// The lease.
pub(super) const LEASE_KEY: &[u8] = &[OWN_PREFIX, b'l'];
/// When the last commit went in.
pub(super) const TIME_KEY: &[u8] = &[OWN_PREFIX, b't'];
/// For how many days its owner has been missing.
pub(super) const EXPIRY_KEY: &[u8] = &[OWN_PREFIX, b'e'];
/// Before the key of a record that is being taken over; alone: the whole space is.
pub(super) const MARK_PREFIX: &[u8] = &[OWN_PREFIX, b'x'];

/// A space and its lease's record, if it has one.
pub(super) type LeaseBytes = (SpaceName, Option<Vec<u8>>);

/// What can be read in a transaction.
pub(super) trait Table {
    /// A record's bytes.
    fn get(&mut self, space: &SpaceName, key: &[u8]) -> Result<Option<Vec<u8>>, StoreFault>;
    /// Some records' bytes, in the order asked for: all at once, where each is a way to a server and back.
    fn get_all(&mut self, keys: &[(&SpaceName, &[u8])]) -> Result<Vec<Option<Vec<u8>>>, StoreFault> {
        keys.iter().map(|(space, key)| self.get(space, key)).collect()
    }
    /// All records whose key begins with `prefix`, the store's own too, in key order; gives how many were damaged.
    fn visit(
        &mut self,
        space: &SpaceName,
        prefix: &[u8],
        visit: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<u64, StoreFault>;
    /// Names of spaces that have records, each once, no more than `limit`.
    fn names(&mut self, limit: usize) -> Result<Vec<SpaceName>, StoreFault>;
    /// The same, with the bytes of their leases.
    fn leases(&mut self, limit: usize) -> Result<Vec<LeaseBytes>, StoreFault> {
        let names = self.names(limit)?;
        let keys: Vec<_> = names.iter().map(|name| (name, LEASE_KEY)).collect();
        let leases = self.get_all(&keys)?;
        Ok(names.into_iter().zip(leases).collect())
    }
}

/// What can be written in it.
pub(super) trait TableMut: Table {
    /// Puts a record.
    fn put(&mut self, space: &SpaceName, key: &[u8], value: &[u8]) -> Result<(), StoreFault>;
    /// Removes a record, if it is there.
    fn remove(&mut self, space: &SpaceName, key: &[u8]) -> Result<(), StoreFault>;
    /// Removes every record of a space whose key begins so; without a prefix the store's own too.
    fn clear(&mut self, space: &SpaceName, prefix: &[u8]) -> Result<(), StoreFault>;
}

/// The stamp of a space's last commit.
pub(super) fn stamp(table: &mut dyn Table, space: &SpaceName) -> Result<Stamp, StoreFault> {
    table.get(space, STAMP_KEY)?.map_or(Ok(Stamp { epoch: 0, seq: 0 }), |bytes| stamp_from(&bytes))
}

/// The lease of a space, if it is one.
pub(super) fn lease(table: &mut dyn Table, space: &SpaceName) -> Result<Option<Lease>, StoreFault> {
    let Some(bytes) = table.get(space, LEASE_KEY)? else { return Ok(None) };
    let epoch = stamp(table, space)?.epoch;
    Lease::from(epoch, &bytes).map(Some)
}

/// A record's key and who takes it.
type Mark = (Vec<u8>, SpaceName);

/// The marks that make sense, and how many do not.
fn marks(table: &mut dyn Table, space: &SpaceName) -> Result<(Vec<Mark>, u64), StoreFault> {
    let (mut found, mut wrong) = (Vec::new(), 0);
    let damaged = table.visit(space, MARK_PREFIX, &mut |key, value| {
        let item = key.get(MARK_PREFIX.len()..).unwrap_or_default().to_vec();
        match std::str::from_utf8(value).ok().and_then(|text| SpaceName::parse(text).ok()) {
            Some(taker) => found.push((item, taker)),
            None => wrong += 1,
        }
    })?;
    Ok((found, wrong + damaged))
}

/// The marks, all of them sound: before anything is decided by them.
pub(super) fn sound_marks(table: &mut dyn Table, space: &SpaceName) -> Result<Vec<Mark>, StoreFault> {
    match marks(table, space)? {
        (found, 0) => Ok(found),
        _ => Err(StoreFault::Corrupt("a mark of records that move makes no sense".into())),
    }
}

/// Whether nobody has that space: what it was taking over when it was left or lost is not on its way any more.
pub(super) fn is_nobodys(table: &mut dyn Table, space: &SpaceName) -> Result<bool, StoreFault> {
    Ok(lease(table, space)?.is_none_or(|lease| lease.state == LeaseState::Free))
}

fn mark_key(item: &[u8]) -> Vec<u8> {
    [MARK_PREFIX, item].concat()
}

/// Takes a space over for its owner. A mark of a taker that is gone is removed: what it had stored already is then in
/// both spaces, which is better than in none that anybody can open.
pub(super) fn claim(table: &mut dyn TableMut, who: &Identity) -> Result<Stamp, StoreFault> {
    let last = stamp(table, &who.space)?;
    let lease = lease(table, &who.space)?.unwrap_or_else(|| Lease::nobodys(last.epoch));
    if lease.state != LeaseState::Free && lease.owner != who.owner {
        return Err(StoreFault::Held { owner: lease.owner });
    }
    let marks = sound_marks(table, &who.space)?;
    for (_, taker) in &marks {
        if !is_nobodys(table, taker)? {
            return Err(StoreFault::Taken { by: taker.clone() });
        }
    }
    for (item, _) in &marks {
        table.remove(&who.space, &mark_key(item))?;
    }
    let claimed = Stamp { epoch: last.epoch + 1, seq: 0 };
    let lease = Lease { epoch: claimed.epoch, beat: 0, state: LeaseState::Live, owner: who.owner.clone() };
    table.put(&who.space, STAMP_KEY, &stamp_bytes(claimed))?;
    table.put(&who.space, LEASE_KEY, &lease.bytes())?;
    Ok(claimed)
}

/// Does a commit; gives whether anything was written (else it is in already).
pub(super) fn commit(
    table: &mut dyn TableMut,
    who: &Identity,
    stamp_new: Stamp,
    writes: &[Write],
    wall_seconds: i64,
) -> Result<bool, StoreFault> {
    check_writes(writes)?;
    if !admit(stamp(table, &who.space)?, stamp_new)? {
        return Ok(false);
    }
    for (key, value) in writes {
        match value {
            Some(value) => table.put(&who.space, key, value)?,
            None => table.remove(&who.space, key)?,
        }
    }
    table.put(&who.space, TIME_KEY, &wall_seconds.to_be_bytes())?;
    table.put(&who.space, STAMP_KEY, &stamp_bytes(stamp_new))?;
    Ok(true)
}

/// Writes what is there already, for a store that is to commit for a reason of its own.
pub(super) fn touch(table: &mut dyn TableMut, who: &Identity) -> Result<(), StoreFault> {
    let last = stamp(table, &who.space)?;
    table.put(&who.space, STAMP_KEY, &stamp_bytes(last))
}

/// Counts the beat up and says what becomes of the space. One that is set free is so for good: the epoch is
/// raised, and no commit of the owner that may still be under way goes in.
pub(super) fn renew(
    table: &mut dyn TableMut,
    who: &Identity,
    epoch: u64,
    state: LeaseState,
) -> Result<Lease, StoreFault> {
    let owner = stamp(table, &who.space)?.epoch;
    let last = lease(table, &who.space)?.unwrap_or_else(|| Lease::nobodys(epoch));
    let freed = Lease { epoch: epoch + 1, beat: 0, state, owner: who.owner.clone() };
    if state == LeaseState::Free && last == freed {
        return Ok(last);
    }
    if owner != epoch {
        return Err(StoreFault::Fenced { owner });
    }
    let lease = if state == LeaseState::Free {
        table.put(&who.space, STAMP_KEY, &stamp_bytes(Stamp { epoch: freed.epoch, seq: 0 }))?;
        freed
    } else {
        Lease { epoch, beat: last.beat + 1, state, owner: who.owner.clone() }
    };
    table.put(&who.space, LEASE_KEY, &lease.bytes())?;
    Ok(lease)
}

/// Ends another's lease.
pub(super) fn free(table: &mut dyn TableMut, who: &Identity, lapsed: &Lapsed) -> Result<Lease, StoreFault> {
    let space = lapsed.space();
    let found = lease(table, space)?.ok_or(StoreFault::Gone)?;
    if found.state == LeaseState::Free {
        return Ok(found);
    }
    let Some((stamp, ended)) = lapsed.end(&found, &who.space)? else { return Ok(found) };
    table.put(space, STAMP_KEY, &stamp_bytes(stamp))?;
    table.put(space, LEASE_KEY, &ended.bytes())?;
    Ok(ended)
}

/// Marks a record of a free space, or all of it, as ours.
pub(super) fn take(
    table: &mut dyn TableMut,
    who: &Identity,
    epoch: u64,
    space: &SpaceName,
    item: &[u8],
) -> Result<(), StoreFault> {
    let owner = stamp(table, &who.space)?.epoch;
    if owner != epoch {
        return Err(StoreFault::Fenced { owner });
    }
    let lease = lease(table, space)?.ok_or(StoreFault::Gone)?;
    if lease.state != LeaseState::Free || *space == who.space {
        return Err(StoreFault::Held { owner: lease.owner });
    }
    let marks = sound_marks(table, space)?;
    let in_the_way = |key: &[u8]| key.is_empty() || item.is_empty() || key == item;
    let theirs: Vec<_> = marks.iter().filter(|(key, taker)| *taker != who.space && in_the_way(key)).collect();
    for (_, taker) in &theirs {
        if !is_nobodys(table, taker)? {
            return Err(StoreFault::Taken { by: taker.clone() });
        }
    }
    if marks.iter().any(|(key, taker)| *taker == who.space && key == item) {
        return Ok(());
    }
    if !item.is_empty() && table.get(space, item)?.is_none() {
        return Err(StoreFault::Gone);
    }
    for (key, _) in theirs {
        table.remove(space, &mark_key(key))?;
    }
    table.put(space, &mark_key(item), who.space.as_str().as_bytes())
}

/// What this space has marked as its own and neither finished nor given back: space and record.
pub(super) fn takings(
    table: &mut dyn Table,
    who: &Identity,
) -> Result<Vec<(SpaceName, Vec<u8>)>, StoreFault> {
    let mut found = Vec::new();
    for space in table.names(SPACES_LISTED_MAX)? {
        let (marks, _) = marks(table, &space)?;
        let own = marks.into_iter().filter(|(_, taker)| *taker == who.space);
        found.extend(own.map(|(item, _)| (space.clone(), item)));
    }
    Ok(found)
}

/// Removes what was taken, now that it is stored in our own space. What goes along stays while another takes something
/// out of the same space: it may be on its way to that one too (a window that two sessions have).
pub(super) fn finish(
    table: &mut dyn TableMut,
    who: &Identity,
    space: &SpaceName,
    item: &[u8],
    along: &[Vec<u8>],
) -> Result<(), StoreFault> {
    let key = mark_key(item);
    let Some(taker) = table.get(space, &key)? else { return Ok(()) };
    if taker != who.space.as_str().as_bytes() {
        return Err(StoreFault::Gone);
    }
    if item.is_empty() {
        // The stamp stays: an owner of long ago is fenced off for good, whatever is called so again.
        let last = stamp(table, space)?;
        table.clear(space, &[])?;
        return table.put(space, STAMP_KEY, &stamp_bytes(last));
    }
    let others = marks(table, space)?.0.iter().any(|(other, _)| other != item);
    let own = |key: &[u8]| key.first().is_none_or(|first| *first == OWN_PREFIX);
    for prefix in along.iter().filter(|key| !others && !own(key)) {
        table.clear(space, prefix)?;
    }
    if !own(item) {
        table.remove(space, item)?;
    }
    table.remove(space, &key)
}

/// Gives up what was taken and not finished: its owner, or another, may have it.
pub(super) fn give_back(
    table: &mut dyn TableMut,
    who: &Identity,
    space: &SpaceName,
    item: &[u8],
) -> Result<(), StoreFault> {
    let key = mark_key(item);
    match table.get(space, &key)? {
        Some(taker) if taker == who.space.as_str().as_bytes() => table.remove(space, &key),
        _ => Ok(()),
    }
}

/// Shows the records of a space as `viewer` may see them: what others have taken is not there.
pub(super) fn scan(
    table: &mut dyn Table,
    viewer: &SpaceName,
    space: &SpaceName,
    prefix: &[u8],
    visit: &mut dyn FnMut(&[u8], &[u8]),
) -> Result<ScanReport, StoreFault> {
    let (mut hidden, _) = marks(table, space)?;
    hidden.retain(|(_, taker)| taker != viewer || space == viewer);
    let mut report = ScanReport::default();
    if hidden.iter().any(|(item, _)| item.is_empty()) {
        return Ok(report);
    }
    report.damaged = table.visit(space, prefix, &mut |key, value| {
        if key.first() != Some(&OWN_PREFIX) && !hidden.iter().any(|(item, _)| item == key) {
            visit(key, value);
            report.sound += 1;
        }
    })?;
    Ok(report)
}

/// Lists the spaces.
pub(super) fn spaces(table: &mut dyn Table) -> Result<SpaceList, StoreFault> {
    let mut leases = table.leases(SPACES_LISTED_MAX + 1)?;
    let more = leases.len() > SPACES_LISTED_MAX;
    leases.truncate(SPACES_LISTED_MAX);
    // A space that was taken over as a whole has a stamp and no lease.
    let leases: Vec<(SpaceName, Vec<u8>)> =
        leases.into_iter().filter_map(|(name, lease)| Some((name, lease?))).collect();
    let keys: Vec<_> = leases.iter().flat_map(|(name, _)| [(name, STAMP_KEY), (name, TIME_KEY)]).collect();
    let mut found = table.get_all(&keys)?.into_iter();
    let mut spaces = Vec::new();
    for (name, lease) in leases {
        let (stamp, time) = (found.next().flatten(), found.next().flatten());
        let epoch = stamp.map_or(Ok(0), |bytes| stamp_from(&bytes).map(|stamp| stamp.epoch))?;
        let lease = Lease::from(epoch, &lease)?;
        let committed_at = time.and_then(|bytes| Some(i64::from_be_bytes(bytes.try_into().ok()?)));
        spaces.push(SpaceInfo { name, lease, committed_at, taken_by: None });
    }
    // Only what is free can be on its way to another as a whole.
    let free = |info: &&mut SpaceInfo| info.lease.state == LeaseState::Free;
    let names: Vec<_> = spaces.iter_mut().filter(free).map(|info| info.name.clone()).collect();
    let keys: Vec<_> = names.iter().map(|name| (name, MARK_PREFIX)).collect();
    let marks = table.get_all(&keys)?;
    for (info, mark) in spaces.iter_mut().filter(free).zip(marks) {
        info.taken_by = mark.and_then(|bytes| SpaceName::parse(&String::from_utf8(bytes).ok()?).ok());
    }
    spaces.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(SpaceList { spaces, more })
}
