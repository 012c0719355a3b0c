//! Key tables: which key runs what.

use super::{key::Key, limits};
use crate::language::{Bare, Script, Word, parse};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// What it runs.
    pub script: Script,
    /// One line for `list-keys -N`, empty when there is none.
    pub note: String,
    /// Whether the key may follow without the prefix within `repeat-time` (`bind-key -r`).
    pub repeat: bool,
}

/// Bindings of one table. A copy shares them, and copies are made: of what was last recorded, and of a binding that runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyTable {
    bindings: BTreeMap<Key, Arc<Binding>>,
}

impl KeyTable {
    /// The binding of exactly this key.
    #[must_use]
    pub fn get(&self, key: Key) -> Option<&Binding> {
        self.bindings.get(&key).map(|binding| &**binding)
    }

    /// All bindings in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (Key, &Binding)> {
        self.bindings.iter().map(|(key, binding)| (*key, &**binding))
    }

    /// Number of bindings.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bindings.len()
    }

    /// Whether it binds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bindings.is_empty()
    }
}

/// All key tables: `prefix`, `root`, `copy-mode`, `copy-mode-vi` and whatever `bind-key -T` adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyTables {
    tables: BTreeMap<String, KeyTable>,
}

/// The default bindings, in the command language.
const DEFAULT: &str = include_str!("default.conf");

impl KeyTables {
    /// The tables as a new server has them.
    #[must_use]
    pub fn new() -> KeyTables {
        let mut tables = KeyTables::default();
        // A line at a time: what was parsed of all of them at once would leave a hole in the heap.
        for line in DEFAULT.lines() {
            // A fault in our own text shows in the tests; a server with fewer keys beats no server.
            let script = parse(line, &mut Bare).unwrap_or_default();
            for command in script.commands() {
                tables.bind_words(&command.words);
            }
        }
        tables
    }

    /// `bind-key` with the flags that the default text uses: `-n -r -T table -N note key command…`.
    fn bind_words(&mut self, words: &[Word]) -> Option<()> {
        let (mut table, mut note, mut repeat) = ("prefix", "", false);
        let mut at = 1;
        loop {
            match words.get(at)? {
                Word::Text(flag) if flag == "-n" => table = "root",
                Word::Text(flag) if flag == "-r" => repeat = true,
                Word::Text(flag) if flag == "-T" || flag == "-N" => {
                    at += 1;
                    let Word::Text(value) = words.get(at)? else { return None };
                    *(if flag == "-T" { &mut table } else { &mut note }) = value;
                }
                Word::Text(key) => {
                    let key = key.parse().ok()?;
                    let script = match words.get(at + 1)? {
                        Word::Block(script) => script.clone(),
                        Word::Text(_) => Script {
                            groups: vec![vec![crate::language::Command {
                                words: words.get(at + 1..)?.to_vec(),
                                line: 0,
                            }]],
                        },
                    };
                    let binding = Binding { script, note: note.to_owned(), repeat };
                    return self.bind(table, key, binding).ok();
                }
                Word::Block(_) => return None,
            }
            at += 1;
        }
    }

    /// The table of that name.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&KeyTable> {
        self.tables.get(name)
    }

    /// All tables by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &KeyTable)> {
        self.tables.iter().map(|(name, table)| (name.as_str(), table))
    }

    /// The binding of a key in a table; where it has none, that of `Any`.
    #[must_use]
    pub fn find(&self, table: &str, key: Key) -> Option<&Arc<Binding>> {
        let bindings = &self.tables.get(table)?.bindings;
        bindings.get(&key.normal()).or_else(|| {
            // `Any` is for what is typed: a mouse that happens to move is not a key that was pressed.
            if key.is_mouse() { None } else { bindings.get(&Key::named(super::Named::Any)) }
        })
    }

    /// Binds a key, over what it was bound to.
    ///
    /// # Errors
    /// When there are too many tables or bindings (`limits`).
    pub fn bind(&mut self, table: &str, key: Key, binding: Binding) -> Result<(), String> {
        if !self.tables.contains_key(table) && self.tables.len() >= limits::TABLES_MAX {
            return Err(format!("too many key tables (at most {})", limits::TABLES_MAX));
        }
        let bindings = &mut self.tables.entry(table.to_owned()).or_default().bindings;
        if bindings.len() >= limits::BINDINGS_MAX && !bindings.contains_key(&key) {
            return Err(format!("too many bindings in table {table} (at most {})", limits::BINDINGS_MAX));
        }
        bindings.insert(key.normal(), Arc::new(binding));
        Ok(())
    }

    /// Sets the note of a bound key alone; false when the key is not bound.
    pub fn annotate(&mut self, table: &str, key: Key, note: &str) -> bool {
        let found = self.tables.get_mut(table).and_then(|t| t.bindings.get_mut(&key.normal()));
        found.map(|binding| note.clone_into(&mut Arc::make_mut(binding).note)).is_some()
    }

    /// Takes a binding away; a table without any is gone. False when the key was not bound.
    pub fn unbind(&mut self, table: &str, key: Key) -> bool {
        let Some(found) = self.tables.get_mut(table) else { return false };
        let was = found.bindings.remove(&key.normal()).is_some();
        if found.is_empty() {
            self.tables.remove(table);
        }
        was
    }

    /// Takes a whole table away; false when there is none.
    pub fn unbind_all(&mut self, table: &str) -> bool {
        self.tables.remove(table).is_some()
    }
}
