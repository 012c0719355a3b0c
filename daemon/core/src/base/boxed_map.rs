//! A map whose values each have a place of their own.
//!
//! The nodes of a `BTreeMap` have room for eleven entries, and where keys only grow they stay half empty. That is
//! nothing for small values; of what is kept for each session, window and pane it was a kibibyte of eight.

use std::collections::{BTreeMap, btree_map};
use std::ops::{Index, RangeBounds};

/// As `BTreeMap`, as far as it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoxedMap<K, V>(BTreeMap<K, Box<V>>);

impl<K, V> Default for BoxedMap<K, V> {
    fn default() -> BoxedMap<K, V> {
        BoxedMap(BTreeMap::new())
    }
}

impl<K: Ord, V> BoxedMap<K, V> {
    /// Without an entry.
    #[must_use]
    pub fn new() -> BoxedMap<K, V> {
        BoxedMap::default()
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        self.0.get(key).map(|value| &**value)
    }

    /// The value of a key, to be changed.
    #[must_use]
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.0.get_mut(key).map(|value| &mut **value)
    }

    /// Whether there is such a key.
    #[must_use]
    pub fn contains_key(&self, key: &K) -> bool {
        self.0.contains_key(key)
    }

    /// Puts a value in; gives the one that was there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.0.insert(key, Box::new(value)).map(|value| *value)
    }

    /// Takes a value out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.0.remove(key).map(|value| *value)
    }

    /// Drops what is not to be kept.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        self.0.retain(|key, value| keep(key, value));
    }

    /// Number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys in order.
    pub fn keys(&self) -> btree_map::Keys<'_, K, Box<V>> {
        self.0.keys()
    }

    /// The values in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator + Clone {
        self.0.values().map(|value| &**value)
    }

    /// The values in the order of their keys, to be changed.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> {
        self.0.values_mut().map(|value| &mut **value)
    }

    /// The entries in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> + Clone {
        self.into_iter()
    }

    /// The entries in order, to be changed.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (&K, &mut V)> {
        self.0.iter_mut().map(|(key, value)| (key, &mut **value))
    }

    /// The entries of some keys.
    pub fn range(&self, keys: impl RangeBounds<K>) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.0.range(keys).map(|(key, value)| (key, &**value))
    }
}

/// From what the tree holds to what its users see.
type Entry<'a, K, V> = fn((&'a K, &'a Box<V>)) -> (&'a K, &'a V);

impl<'a, K, V> IntoIterator for &'a BoxedMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = std::iter::Map<btree_map::Iter<'a, K, Box<V>>, Entry<'a, K, V>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(key, value)| (key, value))
    }
}

/// For who knows that it is there.
impl<K: Ord, V> Index<&K> for BoxedMap<K, V> {
    type Output = V;

    fn index(&self, key: &K) -> &V {
        &self.0[key]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_map_in_the_order_of_its_keys() {
        let mut map = BoxedMap::new();
        assert_eq!((map.insert(3, "c".to_owned()), map.insert(1, "a".to_owned())), (None, None));
        assert_eq!(map.insert(3, "C".to_owned()).as_deref(), Some("c"), "what was there");
        map.insert(2, "b".to_owned());
        for text in map.values_mut() {
            text.push('!');
        }
        assert_eq!(
            map.iter().collect::<Vec<_>>(),
            [(&1, &"a!".into()), (&2, &"b!".into()), (&3, &"C!".into())]
        );
        assert_eq!(map.range(2..).map(|(key, _)| *key).collect::<Vec<_>>(), [2, 3]);
        map.retain(|key, _| *key != 2);
        assert_eq!((map.remove(&1).as_deref(), map.remove(&2)), (Some("a!"), None));
        assert_eq!((map.len(), map.get(&3).map(String::as_str)), (1, Some("C!")));
    }
}
