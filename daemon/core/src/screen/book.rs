//! The styles and clusters that cells name by number.
//!
//! Both tables grow with what cells use and are swept when they are full: numbers that no cell has any
//! more are dealt again. A style may stand in the table twice, when the small cache in front of it has
//! forgotten the first: looking one up costs the same whatever a program does. What leaves a screen (rows
//! packed for history, a head) names styles by value, so that nobody sees the numbers.

use super::cell::{self, Cell};
use super::pen::Pen;
use crate::base::limits::{CLUSTERS_MAX, STYLES_MAX};
use abide_protocol::message::Style;
use std::collections::BTreeMap;

/// Places of the cache at first; programs mostly use fewer than ten styles at a time.
const CACHE_PLACES_MIN: usize = 64;
/// Places of the cache at most: 96 KiB, for a program that gives each word a colour of its own.
const CACHE_PLACES_MAX: usize = 4096;
/// Places that a pen has: with fewer, some of a thousand pens in turn would always drive each other out.
const WAYS: usize = 4;
/// Places for clusters that are likely to come again: an alphabet with its marks.
const KNOWN_CLUSTERS: usize = 256;
/// Entries before the first sweep: as few as make sweeps rare for a program that gives each word one of the 256
/// colours, or one in front of another.
const SWEEP_FIRST: usize = 4096;

/// Styles that are taken as they are; the numbers above are for rounded ones.
const EXACT_MAX: usize = STYLES_MAX - 1024;
/// See [`Book::wants_sweep`]: a sweep of the largest screen takes some ten milliseconds.
const RESPITE: u32 = 16_384;

/// What comes of a character behind a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joined {
    /// It stands in a cell of its own.
    Apart,
    /// It is part of the cluster, of which the cell holds no more.
    Full,
    /// The cell has this cluster then, which may need two columns.
    Cluster { number: u32, wide: bool },
}

/// A place of the cache. Empty ones have the default pen, which nobody looks for.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    pen: Pen,
    number: u16,
}

#[derive(Clone, Debug)]
pub(crate) struct Book {
    styles: Vec<Style>,
    free_styles: Vec<u16>,
    styles_until_sweep: usize,
    cache: Vec<[Known; WAYS]>,
    clusters: Vec<Box<str>>,
    /// Numbers of clusters by hash, 0 for none: most texts use the same few again and again.
    known_clusters: Vec<u32>,
    /// What came of characters behind cells, by both; as many places as `known_clusters` has.
    known_joins: Vec<Option<(Cell, char, Joined)>>,
    free_clusters: Vec<u32>,
    clusters_until_sweep: usize,
    /// Requests to let pass before another sweep: the last one found both tables full of what cells use.
    respite: u32,
}

impl Book {
    pub(crate) fn new() -> Book {
        Book {
            styles: vec![Style::default()],
            free_styles: Vec::new(),
            styles_until_sweep: SWEEP_FIRST,
            cache: Vec::new(),
            // Number 0 is for none.
            clusters: vec![Box::from("")],
            known_clusters: Vec::new(),
            known_joins: Vec::new(),
            free_clusters: Vec::new(),
            clusters_until_sweep: SWEEP_FIRST,
            respite: 0,
        }
    }

    pub(crate) fn styles(&self) -> &[Style] {
        &self.styles
    }

    pub(crate) fn clusters(&self) -> &[Box<str>] {
        &self.clusters
    }

    pub(crate) fn cluster(&self, cell: Cell) -> &str {
        self.clusters.get(cell::text_of(cell) as usize).map_or("", |s| s)
    }

    /// The number of a pen's style. None when the table wants a sweep first.
    #[inline]
    pub(crate) fn style(&mut self, pen: &Pen, link: &str) -> Option<u16> {
        if pen.is_default() {
            return Some(0);
        }
        if let Some(ways) = self.cache.get(pen.hash() as usize & self.cache.len().wrapping_sub(1)) {
            for known in ways {
                if known.pen == *pen {
                    return Some(known.number);
                }
            }
        }
        self.new_style(pen, link)
    }

    #[cold]
    fn new_style(&mut self, pen: &Pen, link: &str) -> Option<u16> {
        let number = self.add_style(pen.style(link))?;
        let places = (2 * self.styles.len()).next_power_of_two().clamp(CACHE_PLACES_MIN, CACHE_PLACES_MAX);
        if self.cache.len() < places / WAYS {
            let before = std::mem::replace(&mut self.cache, vec![Default::default(); places / WAYS]);
            for known in before.as_flattened().iter().rev().filter(|known| known.number != 0) {
                self.remember(*known);
            }
        }
        self.remember(Known { pen: *pen, number });
        Some(number)
    }

    /// Puts a pen in front of its places; the last of them is forgotten.
    fn remember(&mut self, known: Known) {
        let sets = self.cache.len();
        if let Some(ways) = self.cache.get_mut(known.pen.hash() as usize & sets.wrapping_sub(1)) {
            ways.rotate_right(1);
            ways[0] = known;
        }
    }

    /// A number for a style. None when the table wants a sweep first.
    pub(crate) fn add_style(&mut self, style: Style) -> Option<u16> {
        if style == Style::default() {
            return Some(0);
        }
        if let Some(number) = self.free_styles.pop() {
            self.styles[usize::from(number)] = style;
            return Some(number);
        }
        if self.styles.len() >= self.styles_until_sweep {
            return None;
        }
        self.styles.push(style);
        u16::try_from(self.styles.len() - 1).ok()
    }

    /// The number of a rounded pen, when there is none for the pen itself: of an equal one, or one of those
    /// that are kept for this, or else of the default style.
    pub(crate) fn rounded_style(&mut self, pen: &Pen) -> u16 {
        let style = pen.rounded().style("");
        let kept = self.styles.get(EXACT_MAX..).unwrap_or_default();
        match kept.iter().position(|known| *known == style) {
            Some(place) => (EXACT_MAX + place) as u16,
            None => self.adopt_style(&style),
        }
    }

    /// The number of a cluster. None when the table wants a sweep first.
    pub(crate) fn cluster_number(&mut self, text: &str) -> Option<u32> {
        if self.known_clusters.is_empty() {
            self.known_clusters = vec![0; KNOWN_CLUSTERS];
        }
        let place = hash(text) as usize % KNOWN_CLUSTERS;
        let known = self.known_clusters[place];
        if known != 0 && self.clusters.get(known as usize).is_some_and(|c| **c == *text) {
            return Some(known);
        }
        let number = self.add_cluster(text)?;
        self.known_clusters[place] = number;
        Some(number)
    }

    /// What came of a character behind a cell, when that is known.
    #[inline]
    pub(crate) fn joined(&self, before: Cell, c: char) -> Option<Joined> {
        match self.known_joins.get(join_place(before, c)) {
            Some(Some((known, with, joined))) if *with == c && same_text(*known, before) => Some(*joined),
            _ => None,
        }
    }

    /// Remembers that.
    pub(crate) fn note_joined(&mut self, before: Cell, c: char, joined: Joined) {
        if self.known_joins.is_empty() {
            self.known_joins = vec![None; KNOWN_CLUSTERS];
        }
        self.known_joins[join_place(before, c)] = Some((before, c, joined));
    }

    /// A number for a cluster. None when the table wants a sweep first.
    fn add_cluster(&mut self, text: &str) -> Option<u32> {
        if let Some(number) = self.free_clusters.pop() {
            self.clusters[number as usize] = text.into();
            return Some(number);
        }
        if self.clusters.len() >= self.clusters_until_sweep {
            return None;
        }
        self.clusters.push(text.into());
        u32::try_from(self.clusters.len() - 1).ok()
    }

    /// A number for a style while cells are not in any grid, where no sweep would find them.
    pub(crate) fn adopt_style(&mut self, style: &Style) -> u16 {
        if let Some(number) = self.add_style(style.clone()) {
            return number;
        }
        if self.styles.len() >= STYLES_MAX {
            return 0;
        }
        self.styles.push(style.clone());
        (self.styles.len() - 1) as u16
    }

    /// The same for a cluster; None when there are too many.
    pub(crate) fn adopt_cluster(&mut self, text: &str) -> Option<u32> {
        if let Some(number) = self.add_cluster(text) {
            return Some(number);
        }
        if self.clusters.len() >= CLUSTERS_MAX {
            return None;
        }
        self.clusters.push(text.into());
        Some(self.clusters.len() as u32 - 1)
    }

    /// Whether a sweep is worth its time. With a table at its bound and all of it in use, only each so many
    /// requests is: what is asked for meanwhile is rounded or left out.
    pub(crate) fn wants_sweep(&mut self) -> bool {
        self.respite = self.respite.saturating_sub(1);
        self.respite == 0
    }

    /// Whether another style would make the table grow or want a sweep.
    pub(crate) fn is_crowded(&self) -> bool {
        self.free_styles.is_empty() && self.styles.len() >= self.styles_until_sweep
    }

    /// Cells were erased: the next sweep may find something.
    pub(crate) fn end_respite(&mut self) {
        self.respite = 0;
    }

    /// Frees what none of the cells uses. When that is not half of a table, the table may grow; when it can
    /// grow no more, equal styles are made one, which changes the cells.
    pub(crate) fn sweep(&mut self, cells: &mut [&mut [Cell]]) {
        let mut used_styles = vec![false; self.styles.len()];
        let mut used_clusters = vec![false; self.clusters.len()];
        used_styles[0] = true;
        used_clusters[0] = true;
        for cell in cells.iter().flat_map(|part| part.iter()) {
            if let Some(used) = used_styles.get_mut(usize::from(cell::style_of(*cell))) {
                *used = true;
            }
            if cell & cell::CLUSTER != 0
                && let Some(used) = used_clusters.get_mut(cell::text_of(*cell) as usize)
            {
                *used = true;
            }
        }
        self.cache.clear();
        self.known_clusters.clear();
        self.known_joins.clear();
        self.free_styles = unused(&used_styles).map(|i| i as u16).collect();
        self.free_clusters = unused(&used_clusters).map(|i| i as u32).collect();
        for i in &self.free_clusters {
            self.clusters[*i as usize] = Box::from("");
        }
        for i in &self.free_styles {
            self.styles[usize::from(*i)] = Style::default();
        }
        if self.free_styles.len() < self.styles.len() / 2 {
            self.styles_until_sweep = (self.styles.len() * 2).clamp(SWEEP_FIRST, EXACT_MAX);
            if self.free_styles.is_empty() && self.styles.len() >= EXACT_MAX {
                self.merge_styles(cells);
            }
        }
        if self.free_clusters.len() < self.clusters.len() / 2 {
            self.clusters_until_sweep = (self.clusters.len() * 2).clamp(SWEEP_FIRST, CLUSTERS_MAX);
        }
        let full = |free: usize, len: usize, max: usize| len >= max && free < max / 16;
        if full(self.free_styles.len(), self.styles.len(), EXACT_MAX)
            || full(self.free_clusters.len(), self.clusters.len(), CLUSTERS_MAX)
        {
            self.respite = RESPITE;
        }
    }

    fn merge_styles(&mut self, cells: &mut [&mut [Cell]]) {
        let mut first: BTreeMap<&Style, u16> = BTreeMap::new();
        let mut same: Vec<u16> = Vec::with_capacity(self.styles.len());
        for (i, style) in self.styles.iter().enumerate() {
            same.push(*first.entry(style).or_insert(i as u16));
        }
        for cell in cells.iter_mut().flat_map(|part| part.iter_mut()) {
            let number = same.get(usize::from(cell::style_of(*cell))).copied().unwrap_or(0);
            *cell = *cell & !(0xffff << cell::STYLE_SHIFT) | Cell::from(number) << cell::STYLE_SHIFT;
        }
        let free = same.iter().enumerate().filter(|(i, first)| *i != usize::from(**first));
        self.free_styles = free.map(|(i, _)| i as u16).rev().collect();
    }
}

fn same_text(a: Cell, b: Cell) -> bool {
    (a ^ b) & (cell::CLUSTER | cell::TEXT_MASK) == 0
}

fn join_place(before: Cell, c: char) -> usize {
    let both = (before & (cell::CLUSTER | cell::TEXT_MASK)) << 21 | u64::from(c);
    (both.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize % KNOWN_CLUSTERS
}

fn hash(text: &str) -> u32 {
    let mut hash = 0u32;
    for b in text.bytes() {
        hash = (hash.rotate_left(5) ^ u32::from(b)).wrapping_mul(0x9e37_79b1);
    }
    hash >> 16
}

/// Numbers that are not used, greatest first, so that the smallest is dealt first.
fn unused(used: &[bool]) -> impl Iterator<Item = usize> {
    (0..used.len()).rev().filter(|i| !used[*i])
}
