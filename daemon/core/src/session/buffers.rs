//! Paste buffers: a stack of automatic ones and any number of named ones.

use crate::base::instant::Now;

/// Bytes of one buffer: a large file's worth of text, and no more memory than a pane's history takes.
pub const BUFFER_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Named buffers; automatic ones are bound by `buffer-limit`.
pub const BUFFERS_MAX: usize = 1000;

/// One buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buffer {
    /// `buffer0` and so on, or the name it was given.
    pub name: String,
    /// Whether the name was made up: the oldest of these go first.
    pub automatic: bool,
    /// What it holds.
    pub data: Vec<u8>,
    /// When it was made.
    pub created: Now,
}

/// All buffers, newest first.
#[derive(Clone, Debug, Default)]
pub struct Buffers {
    buffers: Vec<Buffer>,
    next: u64,
}

impl Buffers {
    /// Puts text on top of the stack under a name made up; the oldest automatic buffers beyond `limit`
    /// (`buffer-limit`) go. Gives the name.
    pub fn push(&mut self, at: Now, data: Vec<u8>, limit: usize) -> String {
        let mut name = format!("buffer{}", self.next);
        self.next += 1;
        while self.get(&name).is_some() {
            name = format!("buffer{}", self.next);
            self.next += 1;
        }
        self.insert(Buffer { name: name.clone(), automatic: true, data, created: at });
        while self.buffers.iter().filter(|b| b.automatic).count() > limit.max(1) {
            let Some(oldest) = self.buffers.iter().rposition(|b| b.automatic) else { break };
            self.buffers.remove(oldest);
        }
        name
    }

    /// As [`Buffers::push`], the name made of a prefix instead of `buffer` where there is one.
    pub fn push_named(&mut self, at: Now, prefix: &str, data: Vec<u8>, limit: usize) -> String {
        let name = self.push(at, data, limit);
        if prefix.is_empty() {
            return name;
        }
        let number = name.trim_start_matches("buffer");
        let wanted = format!("{prefix}{number}");
        match self.buffers.iter_mut().find(|b| b.name == name) {
            Some(buffer) => {
                buffer.name.clone_from(&wanted);
                wanted
            }
            None => name,
        }
    }

    /// Adds text to the newest automatic buffer, or makes one.
    pub fn append(&mut self, at: Now, text: &[u8], limit: usize) {
        match self.buffers.iter_mut().find(|b| b.automatic) {
            Some(buffer) => {
                let room = BUFFER_BYTES_MAX.saturating_sub(buffer.data.len());
                buffer.data.extend(text.iter().take(room));
            }
            None => {
                self.push(at, text.to_vec(), limit);
            }
        }
    }

    /// Puts text into a named buffer, over what it held.
    ///
    /// # Errors
    /// When the name is empty or there are [`BUFFERS_MAX`] buffers already.
    pub fn set(&mut self, at: Now, name: &str, data: Vec<u8>) -> Result<(), String> {
        if name.is_empty() {
            return Err("empty buffer name".to_owned());
        }
        self.remove(name);
        if self.buffers.len() >= BUFFERS_MAX {
            return Err(format!("too many buffers: at most {BUFFERS_MAX}; delete some first"));
        }
        self.insert(Buffer { name: name.to_owned(), automatic: false, data, created: at });
        Ok(())
    }

    /// Puts a buffer on top as it was (from a record).
    pub(crate) fn put(&mut self, name: &str, automatic: bool, data: Vec<u8>, created: Now) {
        let number = name.strip_prefix("buffer").and_then(|n| n.parse::<u64>().ok());
        self.next = self.next.max(number.map_or(0, |n| n.saturating_add(1)));
        self.remove(name);
        self.insert(Buffer { name: name.to_owned(), automatic, data, created });
    }

    fn insert(&mut self, mut buffer: Buffer) {
        buffer.data.truncate(BUFFER_BYTES_MAX);
        self.buffers.insert(0, buffer);
    }

    /// Gives a buffer another name, which makes it a named one; false when there is none or the name is taken.
    pub fn rename(&mut self, from: &str, to: &str) -> bool {
        if to.is_empty() || (from != to && self.get(to).is_some()) {
            return false;
        }
        let Some(buffer) = self.buffers.iter_mut().find(|b| b.name == from) else { return false };
        to.clone_into(&mut buffer.name);
        buffer.automatic = false;
        true
    }

    /// The buffer of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Buffer> {
        self.buffers.iter().find(|b| b.name == name)
    }

    /// The newest automatic buffer: what `paste-buffer` pastes.
    #[must_use]
    pub fn top(&self) -> Option<&Buffer> {
        self.buffers.iter().find(|b| b.automatic)
    }

    /// Removes a buffer; false when there is none.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.buffers.len();
        self.buffers.retain(|b| b.name != name);
        before != self.buffers.len()
    }

    /// Newest first.
    pub fn iter(&self) -> impl Iterator<Item = &Buffer> {
        self.buffers.iter()
    }
}
